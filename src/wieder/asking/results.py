"""The result frame: the contract with every program that reads our numbers."""

from __future__ import annotations

import polars as pl

OTHER = "(other)"
"""The segment of everything that is not among the largest, where only these were asked for."""

COHORTS = ("cohort_year", "cohort_quarter", "cohort_month")
"""When the customer ordered first: what results can be cut by although it is no column of an export."""

SCHEMA = {
    "kpi": pl.String,
    "version": pl.Int64,
    "period_start": pl.Date,  # inclusive
    "period_end": pl.Date,  # exclusive
    "dimension": pl.String,  # empty for the whole shop
    "segment": pl.String,  # empty for the whole shop, or where the attribute is not known
    "numerator": pl.Float64,
    "denominator": pl.Float64,  # null where the numerator is the value
    "value": pl.Float64,  # null where nothing is known
    "ci_low": pl.Float64,  # Wilson, 95 %
    "ci_high": pl.Float64,
    "n": pl.Int64,  # units (customers, orders, gaps) behind the value
    "state": pl.String,  # final, partial or none
    "as_of": pl.Date,  # exclusive end of what is known
}
"""One row per KPI, period, dimension and segment, sorted by just these."""
