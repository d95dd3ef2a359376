"""Declaration of a KPI: one object each, from which all tables, files, pages and the glossary follow."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from wieder.marts.base import CutBy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    import polars as pl

    from wieder.locale.text import Text, Unit
    from wieder.marts.base import Mart
    from wieder.periods import Period

    Expression = Callable[[], pl.Expr]
    """A function, so that declaring a KPI does not import Polars."""


class Better(StrEnum):
    """The direction in which a KPI improves."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


class Interval(StrEnum):
    """The confidence interval of a value."""

    NONE = "none"
    """No interval."""
    WILSON = "wilson"
    """Wilson score interval, 95 %: for a share of independent units."""


class Shown(StrEnum):
    """A place that shows selected KPIs, in addition to the tables with all of them."""

    TILE = "tile"
    """Most important KPIs: at the top of the report, in its segments, its letter and its workbook."""
    HEADLINE = "headline"
    """Subjects of sentences in the report, with their words in the locale."""
    SUMMARY = "summary"
    """In the terminal, after the report of the sample shop was written."""
    CHURN = "churn"
    """Beside the chart of customers who stop buying."""
    LINE = "line"
    """A line over the periods in the workbook."""


class State(StrEnum):
    """Completeness of a value."""

    FINAL = "final"
    """The period is over, and every customer in it was observed for long enough."""
    PARTIAL = "partial"
    """The period is not over, or only some of its customers were observed for long enough."""
    NONE = "none"
    """There is no value, since nothing is known."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The time span and the parameters of one computation."""

    periods: tuple[Period, ...]
    """In order and without gaps; marts refer to them by index, from 0."""
    history_start: date
    """The day of the first valid order."""
    as_of: date
    """The day after the last known day (exclusive end)."""
    window_days: int = 180
    """A customer is active for this many days after an order."""
    maximum_lifetime_years: float = 5.0


class TableFunction(Protocol):
    """Computation of a KPI that is not a sum over the rows of one period."""

    def __call__(self, mart: pl.LazyFrame, scope: Scope, /) -> pl.LazyFrame:
        """One row per period and segment: `period, segment, numerator, denominator, n`.

        Optional column: `immature`, the number of units not observed for long enough,
        which makes the row partial. A missing row means unknown, not 0.
        """


@dataclass(frozen=True, kw_only=True)
class Kpi:
    """One key figure of a shop, with everything needed to compute, check and explain it."""

    id: str
    version: int = 1
    """Increased when the definition changes, so that stored results stay comparable."""
    family: str
    mart: Mart | None = None
    """The mart from which it is computed; None for a KPI that is computed from its `factors`."""
    unit: Unit
    better: Better
    label: Text
    meaning: Text
    """Definition in one or more whole sentences, including exclusions."""
    formula: Text
    """In words, as `numerator / denominator`."""
    maturity: Text | None = None
    """When a value becomes final, if that is later than the end of its period."""
    needs_earlier_history: bool = False
    """Whether a period is unknown unless the history begins before it."""
    minimum_n: int = 0
    """A value with a smaller `n` is too uncertain to act on, and is shown in grey."""
    interval: Interval = Interval.NONE
    shown: Mapping[Shown, int] = field(default_factory=dict)
    """The places that show it -> its rank there, lowest first."""
    additive: bool = True
    """Whether the numerators and the denominators of all segments add up to the total."""
    numerator: Expression | None = None
    """Over the rows of one period and segment. Null, or no rows, count as 0."""
    denominator: Expression | None = None
    """Like `numerator`; None means that the numerator is the value."""
    n: Expression | None = None
    """The number of units behind the value; None means the denominator."""
    immature: Expression | None = None
    """The number of units that are in the period but not yet observed for long enough."""
    table: TableFunction | None = None
    """Given instead of `numerator`."""
    factors: tuple[str, ...] = ()
    """Given instead of `mart`: the ids of the KPIs from which this one is computed."""
    witness: str
    """Independent check: the same KPI in DuckDB SQL, written without the marts.

    It reads `witness_orders` (order_id, customer, ordered_at, day, revenue,
    refunded, refunded_on, segment; refunded is null if it is not known),
    `witness_NAME` (the rows of another export before the report date),
    `periods` (period, period_start, period_end) and the one-row table
    `scope` (as_of, history_start, occasion, window_days,
    maximum_lifetime_years), and returns `period, segment, numerator, denominator`.
    """

    @property
    def cut_by(self) -> CutBy:
        """The attributes that define its segments; for a KPI with factors, those of the first order."""
        return CutBy.FIRST_ORDER if self.mart is None else self.mart.cut_by


@dataclass(frozen=True, kw_only=True)
class Family:
    """The KPIs of one file, in the order in which they are shown."""

    place: int
    """Its position among the families, lowest first."""
    kpis: tuple[Kpi, ...]
    label: Text | None = None
    """The heading above them; None if another file of the same family has it."""
