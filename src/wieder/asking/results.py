"""The result frame: the contract with every program that reads our numbers."""

from __future__ import annotations

import polars as pl

OTHER = "(other)"
"""The segment that pools the rest where only the largest segments are requested."""

COHORTS = ("cohort_year", "cohort_quarter", "cohort_month")
"""Dimensions by the first order of the customer, which are not columns of an export."""

SCHEMA = {
    "kpi": pl.String,
    "version": pl.Int64,
    "period_start": pl.Date,  # inclusive
    "period_end": pl.Date,  # exclusive
    "dimension": pl.String,  # empty for the whole shop
    "segment": pl.String,  # empty for the whole shop, or if the attribute is unknown
    "numerator": pl.Float64,
    "denominator": pl.Float64,  # null if the numerator is the value
    "value": pl.Float64,  # null if unknown
    "ci_low": pl.Float64,  # Wilson, 95 %
    "ci_high": pl.Float64,
    "n": pl.Int64,  # units (customers, orders, gaps) behind the value
    "state": pl.String,  # final, partial or none
    "as_of": pl.Date,  # report date (exclusive)
}
"""One row per KPI, period, dimension and segment, sorted by these columns."""
