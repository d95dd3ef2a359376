"""What a KPI is. One object per KPI; every table, file, page and glossary reads it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from wieder.periods import Period

Lang = Literal["de", "en", "de-AT", "de-CH"]
"""A language, with the country where its numbers, dates or spelling are others."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """One text in every language of the reports."""

    de: str
    en: str

    def __getitem__(self, lang: Lang) -> str:
        """The text in `lang`."""
        if lang == "en":
            return self.en
        # Switzerland has no ß.
        return self.de.replace("ß", "ss") if lang == "de-CH" else self.de


class Unit(StrEnum):
    """What a value is measured in, and so how it is written."""

    COUNT = "count"
    MONEY = "money"
    RATE = "rate"
    """A share between 0 and 1, written in percent."""
    RATIO = "ratio"
    """A plain number, such as orders per customer."""
    DAYS = "days"
    YEARS = "years"


class Better(StrEnum):
    """Which direction a shop wants a KPI to go."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


class Grain(StrEnum):
    """The mart that a KPI is computed from: one row per ..."""

    PURCHASES = "purchases"
    """... valid order, anonymous ones included; cut by the order's own attributes."""
    FIRST_ORDERS = "first_orders"
    """... customer, in the period of the first order; cut by that order's attributes."""
    CUSTOMER_PERIODS = "customer_periods"
    """... customer and period with an order; cut by the first order's attributes."""
    DAYS = "days"
    """... day with orders of known customers; cut by the first order's attributes."""
    ORDER_PAIRS = "order_pairs"
    """... day of an order and day of the next one; cut by the first order's attributes."""
    REFUNDS = "refunds"
    """... period and segment with orders, if any export has refunds; cut by the order's own attributes."""
    REFUND_DAYS = "refund_days"
    """... period and segment with orders or with refunds in it, if any export says when; cut likewise."""
    RESULTS = "results"
    """... result of the KPIs named in `factors`."""

    @property
    def is_of_orders(self) -> bool:
        """Whether it is cut by the attributes of each order, not by those of the customer's first one."""
        return self in {Grain.PURCHASES, Grain.REFUNDS, Grain.REFUND_DAYS}

    @property
    def can_be_unknown(self) -> bool:
        """Whether no rows mean that nothing is known, rather than that there was nothing."""
        return self in {Grain.REFUNDS, Grain.REFUND_DAYS}


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
    grain: Grain
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
    interval: bool = False
    """Whether the value is a share of independent customers, with a Wilson interval."""
    additive: bool = True
    """Whether numerators and denominators of the segments add up to those of the whole."""
    numerator: pl.Expr | None = None
    """Over the rows of one period and segment. Null or no rows count as 0."""
    denominator: pl.Expr | None = None
    """Like `numerator`; None means that the numerator is the value."""
    n: pl.Expr | None = None
    """The number of units behind the value; None means the denominator."""
    immature: pl.Expr | None = None
    """The number of units that are in the period but not yet observed for long enough."""
    table: TableFunction | None = None
    """Given instead of `numerator`."""
    factors: tuple[str, ...] = ()
    """For `Grain.RESULTS`: the ids of the KPIs that this one is made of."""
    witness: str
    """The same KPI once more, in DuckDB SQL, written independently of the marts.

    It reads `witness_orders` (order_id, customer, ordered_at, day, revenue,
    refunded, refunded_on, segment; refunded is null where it is not known),
    `periods` (period, period_start, period_end) and the one-row table
    `scope` (as_of, history_start, occasion, window_days,
    maximum_lifetime_years), and returns `period, segment, numerator, denominator`.
    """
