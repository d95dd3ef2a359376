"""How cohorts are formed, aged and measured. Light, because the command line offers the choices."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wieder.periods import PeriodKind


class Age(StrEnum):
    """What the age of an order is counted in."""

    CALENDAR = "calendar"
    """Whole periods of the calendar since that of the first order."""
    ELAPSED = "elapsed"
    """Steps of a fixed number of days since the first order of each customer."""


class Mode(StrEnum):
    """Who of a cohort counts as retained at an age."""

    CLASSIC = "classic"
    """Who ordered at that age."""
    ROLLING = "rolling"
    """Who ordered at that age or later."""
    CUMULATIVE = "cumulative"
    """Who bought a second time by the end of that age."""


class Measure(StrEnum):
    """What the cells of the wide table show; the names of columns of the long one."""

    CUSTOMERS = "customers"
    RETENTION = "retention"
    ORDERS = "orders"
    REVENUE = "revenue"
    AVERAGE_ORDER_VALUE = "average_order_value"
    LTV = "ltv"

    @property
    def column(self) -> str:
        """The column of the cohort table; customers are those who are active at an age."""
        return "active" if self is Measure.CUSTOMERS else self.value


STEP_DAYS = {
    PeriodKind.DAY: 1,
    PeriodKind.WEEK: 7,
    PeriodKind.MONTH: 30,
    PeriodKind.QUARTER: 91,
    PeriodKind.YEAR: 365,
}
"""The days of one step of an elapsed age."""


@dataclass(frozen=True, kw_only=True)
class CohortRules:
    """One way to look at cohorts."""

    kind: PeriodKind
    """The period of the first order that makes a cohort, and the step of its age."""
    age: Age = Age.CALENDAR
    mode: Mode = Mode.CLASSIC
    by_period: bool = True
    """Whether a cohort is a period of first orders; otherwise it is a segment of customers."""
    incomplete: bool = False
    """Count ages that have begun but are not over, and cohorts that still grow."""

    @property
    def step_days(self) -> int | None:
        """The days of one step of the age; None where it follows the calendar."""
        return STEP_DAYS[self.kind] if self.age is Age.ELAPSED else None
