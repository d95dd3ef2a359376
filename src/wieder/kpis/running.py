"""Steps shared by KPIs with a `table`: running totals over periods and days."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from wieder.marts.frames import pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.kpis.base import Scope


def running_total(
    events: pl.LazyFrame, time: str, times: Sequence[object], columns: Sequence[str]
) -> pl.LazyFrame:
    """The sums of `columns` up to and including each of `times`.

    `events` has one row per change: `segment`, the column named `time`, and
    `columns`. Returns one row per segment and time, sorted by both. `times` must
    be sorted and complete: changes at any other time are lost.
    """
    sums = events.group_by("segment", time).agg(pl.col(*columns).sum().cast(pl.Float64))
    dense = events.select(pl.col("segment").unique()).join(_column(events, time, times), how="cross")
    return (
        dense.join(sums, on=["segment", time], how="left")
        .sort("segment", time)
        .with_columns(pl.col(*columns).fill_null(0.0).cum_sum().over("segment"))
    )


def _column(events: pl.LazyFrame, name: str, values: Sequence[object]) -> pl.LazyFrame:
    return pl.LazyFrame({name: values}, schema={name: events.collect_schema()[name]})


def history_days(scope: Scope) -> pl.Series:
    """Every day from the first valid order to the day before `scope.as_of`."""
    return pl.date_range(scope.history_start, scope.as_of, closed="left", eager=True)


def known_ends(scope: Scope, **divisors: float) -> pl.LazyFrame:
    """One row per period: `period` and `end`, the day after its last known day.

    `divisors` become columns with the same value in every row: Polars may divide by a
    literal through its reciprocal, depending on the batches of rows.
    """
    ends = [min(period.end, scope.as_of) for period in scope.periods]
    constants = {name: [divisor] * len(ends) for name, divisor in divisors.items()}
    schema = {"period": pl.Int32, "end": pl.Date, **dict.fromkeys(divisors, pl.Float64)}
    return pl.LazyFrame({"period": range(len(ends)), "end": ends, **constants}, schema=schema)


def periods_known_since(scope: Scope, days: int) -> list[int]:
    """The indexes of periods with at least `days` days of history before their start."""
    earliest = scope.history_start + timedelta(days=days)
    return [index for index, period in enumerate(scope.periods) if period.start >= earliest]
