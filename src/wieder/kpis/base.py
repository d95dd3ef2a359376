"""What a KPI is. One object per KPI; every table, file, page and glossary reads it."""

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
    """Which direction a shop wants a KPI to go."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


class Interval(StrEnum):
    """How sure a value is, and so which interval it has."""

    NONE = "none"
    """It has none."""
    WILSON = "wilson"
    """It is a share of independent units: Wilson, 95 %."""


class Shown(StrEnum):
    """A place of its own that shows some KPIs, beside the tables that have all of them."""

    TILE = "tile"
    """At the top of the report, in its segments, its letter and its workbook: what a shop looks at first."""
    HEADLINE = "headline"
    """What sentences of the report are about; each has its subject in the locale."""
    SUMMARY = "summary"
    """In the terminal, after the report of the made-up shop was written."""
    CHURN = "churn"
    """Beside the chart of customers who stop buying."""
    LINE = "line"
    """Drawn as a line over the periods in the workbook."""


class State(StrEnum):
    """How much of a value is known."""

    FINAL = "final"
    """The period is over and every customer in it was observed for long enough."""
    PARTIAL = "partial"
    """The period is not over, or only some of its customers were observed for long enough."""
    NONE = "none"
    """Nothing is known: there is no value."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What one computation is about."""

    periods: tuple[Period, ...]
    """In order and without gaps; the marts name them by their index from 0."""
    history_start: date
    """The day of the first valid order."""
    as_of: date
    """The first day that is not known any more (exclusive end)."""
    window_days: int = 180
    """A customer is active for this many days after an order."""
    maximum_lifetime_years: float = 5.0


class TableFunction(Protocol):
    """The second kind of KPI: a whole table, for what is no sum over the rows of a period."""

    def __call__(self, mart: pl.LazyFrame, scope: Scope, /) -> pl.LazyFrame:
        """One row per period and segment: `period, segment, numerator, denominator, n`.

        Optional columns: `immature` (units not observed long enough, makes the
        row partial). A row that is missing is unknown, not 0.
        """


@dataclass(frozen=True, kw_only=True)
class Kpi:
    """One number that a shop steers by, with everything needed to compute, check and explain it."""

    id: str
    version: int = 1
    """Raised when the definition changes, so that stored results stay comparable."""
    family: str
    mart: Mart | None = None
    """What it is computed from; None for a KPI that is made of the results of its `factors`."""
    unit: Unit
    better: Better
    label: Text
    meaning: Text
    """One or more whole sentences: what is counted, and what is left out."""
    formula: Text
    """In words, as `numerator / denominator`."""
    maturity: Text | None = None
    """From when on a value is final, if that is later than the end of its period."""
    needs_earlier_history: bool = False
    """Whether a period is unknown if it begins no later than the history itself."""
    minimum_n: int = 0
    """Below this `n` a value is too uncertain to act on and is shown in grey."""
    interval: Interval = Interval.NONE
    shown: Mapping[Shown, int] = field(default_factory=dict)
    """The places that show it, with its rank there: the lowest comes first."""
    additive: bool = True
    """Whether numerators and denominators of the segments add up to those of the whole."""
    numerator: Expression | None = None
    """Over the rows of one period and segment. Null or no rows count as 0."""
    denominator: Expression | None = None
    """Like `numerator`; None means that the numerator is the value."""
    n: Expression | None = None
    """The number of units behind the value; None means the denominator."""
    immature: Expression | None = None
    """The number of units that are in the period but not yet observed for long enough."""
    table: TableFunction | None = None
    """Given instead of `numerator`."""
    factors: tuple[str, ...] = ()
    """Given instead of `mart`: the ids of the KPIs that this one is made of."""
    witness: str
    """The same KPI once more, in DuckDB SQL, written independently of the marts.

    It reads `witness_orders` (order_id, customer, ordered_at, day, revenue,
    refunded, refunded_on, segment; refunded is null where it is not known),
    `witness_NAME` (the rows of a further export before the as-of day),
    `periods` (period, period_start, period_end) and the one-row table
    `scope` (as_of, history_start, occasion, window_days,
    maximum_lifetime_years), and returns `period, segment, numerator, denominator`.
    """

    @property
    def cut_by(self) -> CutBy:
        """Whose attributes its segments are; results are made of what is cut by the first order."""
        return CutBy.FIRST_ORDER if self.mart is None else self.mart.cut_by


@dataclass(frozen=True, kw_only=True)
class Family:
    """The KPIs of one file, in the order in which people read them."""

    place: int
    """Among the families."""
    kpis: tuple[Kpi, ...]
    label: Text | None = None
    """The heading above them; None where another file of the same family has it."""
