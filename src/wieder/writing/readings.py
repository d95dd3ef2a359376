"""Rows of the result frame as records, for code that presents KPIs rather than computing them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.kpis.base import State
from wieder.periods import Period

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The result of one KPI in one period and segment; None if unknown."""

    kpi: str
    period: Period
    dimension: str
    segment: str
    numerator: float | None
    denominator: float | None
    value: float | None
    ci_low: float | None
    ci_high: float | None
    n: int | None
    state: State
    previous_value: float | None = None
    previous_change: float | None = None
    year_before_value: float | None = None
    year_before_change: float | None = None
    usual_low: float | None = None
    usual_high: float | None = None
    """The usual range, from the KPI's own history; None if there is none (see `usual_range`)."""
    usual_n: int | None = None
    """Number of earlier periods behind the range."""

    @property
    def is_outside(self) -> bool | None:
        """Whether the value is outside its usual range; None if there is no range."""
        if self.value is None or self.usual_low is None or self.usual_high is None:
            return None
        return not self.usual_low <= self.value <= self.usual_high


COPIED = (
    "kpi", "dimension", "segment", "numerator", "denominator", "value", "ci_low", "ci_high", "n",
    "previous_value", "previous_change", "year_before_value", "year_before_change",
    "usual_low", "usual_high", "usual_n",
)  # fmt: skip


def readings(results: pl.DataFrame) -> tuple[Reading, ...]:
    """The rows of a result frame, in order; the comparison columns may be missing."""
    columns = [column for column in COPIED if column in results.columns]
    return tuple(
        Reading(
            period=Period(row["period_start"], row["period_end"]),
            state=State(row["state"]),
            **{column: row[column] for column in columns},
        )
        for row in results.iter_rows(named=True)
    )
