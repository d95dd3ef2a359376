"""Steps shared by KPIs of the second kind: running totals over periods and days."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from wieder.marts.frames import pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.kpis.base import Scope


def running_total(
    events: pl.LazyFrame, moment: str, moments: Sequence[object], columns: Sequence[str]
) -> pl.LazyFrame:
    """The sums of `columns` up to and including each moment.

    `events` has one row per change: `segment`, `moment` and the columns. Gives
    one row per segment and moment of `moments` (sorted), sorted; moments that
    are not listed are lost, so the list begins with the first one.
    """
    sums = events.group_by("segment", moment).agg(pl.col(*columns).sum().cast(pl.Float64))
    dense = events.select(pl.col("segment").unique()).join(_column(events, moment, moments), how="cross")
    return (
        dense.join(sums, on=["segment", moment], how="left")
        .sort("segment", moment)
        .with_columns(pl.col(*columns).fill_null(0.0).cum_sum().over("segment"))
    )


def _column(events: pl.LazyFrame, name: str, values: Sequence[object]) -> pl.LazyFrame:
    return pl.LazyFrame({name: values}, schema={name: events.collect_schema()[name]})


def history_days(scope: Scope) -> pl.Series:
    """Every day from the first valid order to the day before as-of."""
    return pl.date_range(scope.history_start, scope.as_of, closed="left", eager=True)


def known_ends(scope: Scope, **divisors: float) -> pl.LazyFrame:
    """One row per period: `period` and `end`, the first day that is not in it or not known any more.

    `divisors` become columns, the same in every row: Polars divides by a literal
    through its reciprocal, or not, as the rows happen to be batched.
    """
    ends = [min(period.end, scope.as_of) for period in scope.periods]
    constants = {name: [divisor] * len(ends) for name, divisor in divisors.items()}
    schema = {"period": pl.Int32, "end": pl.Date, **dict.fromkeys(divisors, pl.Float64)}
    return pl.LazyFrame({"period": range(len(ends)), "end": ends, **constants}, schema=schema)


def periods_known_since(scope: Scope, days: int) -> list[int]:
    """The periods before whose start at least `days` days of history lie."""
    earliest = scope.history_start + timedelta(days=days)
    return [index for index, period in enumerate(scope.periods) if period.start >= earliest]
