"""Results compared with the period before and the year before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from wieder.kpis import REGISTRY
from wieder.kpis.base import State
from wieder.locale.text import Unit
from wieder.periods import Period, PeriodKind, previous, year_before

if TYPE_CHECKING:
    from collections.abc import Callable

COMPARISONS = ("previous_value", "previous_change", "year_before_value", "year_before_change")


def with_comparisons(results: pl.DataFrame, kind: PeriodKind) -> pl.DataFrame:
    """Return `results` with the columns `COMPARISONS`, rows in the same order.

    A change is a difference for rates (0.02: 2 percentage points) and relative to the
    earlier value for all other units. It is null unless both values are final.
    """
    with_previous = _compare(results, earlier_starts(results, kind, previous), "previous")
    return _compare(with_previous, earlier_starts(results, kind, year_before), "year_before")


def earlier_starts(
    results: pl.DataFrame, kind: PeriodKind, earlier: Callable[[Period, PeriodKind], Period | None]
) -> pl.DataFrame:
    """Return one row per period: its first day, and that of the earlier period to compare with (or null)."""
    starts = results.select("period_start", "period_end").unique().sort("period_start").rows()
    pairs = [
        (start, other.start if (other := earlier(Period(start, end), kind)) else None)
        for start, end in starts
    ]
    return pl.DataFrame(pairs, schema={"period_start": pl.Date, "earlier_start": pl.Date}, orient="row")


def _compare(results: pl.DataFrame, earlier_starts: pl.DataFrame, name: str) -> pl.DataFrame:
    keys = ["kpi", "dimension", "segment"]
    earlier = results.select(*keys, earlier_start="period_start", before="value", state_before="state")
    paired = results.join(earlier_starts, on="period_start", how="left", maintain_order="left").join(
        earlier, on=[*keys, "earlier_start"], how="left", maintain_order="left"
    )
    return paired.with_columns(
        pl.col("before").alias(f"{name}_value"),
        pl.when(_both_final()).then(_change()).alias(f"{name}_change"),
    ).drop("earlier_start", "before", "state_before")


def _both_final() -> pl.Expr:
    return pl.all_horizontal(pl.col("state", "state_before") == State.FINAL.value)


def _change() -> pl.Expr:
    rates = [kpi.id for kpi in REGISTRY.values() if kpi.unit is Unit.RATE]
    relative = pl.when(pl.col("before") > 0).then(pl.col("value") / pl.col("before") - 1)
    return pl.when(pl.col("kpi").is_in(rates)).then(pl.col("value") - pl.col("before")).otherwise(relative)
