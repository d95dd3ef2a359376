"""Customer periods -> the cohort retention matrix, with the state of every cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from wieder.kpis.base import State

if TYPE_CHECKING:
    from wieder.kpis.base import Scope

SCHEMA = {
    "cohort_start": pl.Date,  # first day of the period of the first order
    "age": pl.Int32,  # in whole periods; 0 is the period of the first order
    "customers": pl.Int64,  # in the cohort
    "active": pl.Int64,  # with an order at that age; null where nothing is known yet
    "state": pl.String,
}
"""One row per cohort and age, sorted by both; ages that are not yet reached are there, with `active` null."""


def cohort_retention(customer_periods: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """Classic retention by calendar age: who of a cohort ordered in the k-th period after the first order's.

    A cell is final once its period is over, partial while it runs, and none
    (null, never 0) before.
    """
    rows = customer_periods.lazy().filter(pl.col("first_period") >= 0)
    active = rows.group_by("first_period", age=pl.col("period") - pl.col("first_period")).agg(
        active=pl.len().cast(pl.Int64)
    )
    sizes = active.filter(pl.col("age") == 0).select("first_period", customers="active")
    grid = sizes.join(pl.LazyFrame({"age": range(len(scope.periods))}, schema={"age": pl.Int32}), how="cross")
    cells = grid.join(active, on=["first_period", "age"], how="left").join(
        _states(scope), on=["first_period", "age"], how="left"
    )
    known = pl.when(pl.col("state").is_not_null()).then(pl.col("active").fill_null(0))
    return (
        cells.join(_starts(scope), on="first_period")
        .with_columns(active=known, state=pl.col("state").fill_null(State.NONE.value))
        .sort("cohort_start", "age")
        .select(*SCHEMA)
        .collect()
    )


def _starts(scope: Scope) -> pl.LazyFrame:
    starts = [period.start for period in scope.periods]
    schema = {"first_period": pl.Int32, "cohort_start": pl.Date}
    return pl.LazyFrame({"first_period": range(len(starts)), "cohort_start": starts}, schema=schema)


def _states(scope: Scope) -> pl.LazyFrame:
    """The state of each cell whose period has begun."""
    cells = [
        (cohort, index - cohort, State.FINAL if period.end <= scope.as_of else State.PARTIAL)
        for index, period in enumerate(scope.periods)
        for cohort in range(index + 1)
        if period.start < scope.as_of
    ]
    schema = {"first_period": pl.Int32, "age": pl.Int32, "state": pl.String}
    return pl.LazyFrame(cells, schema=schema, orient="row")
