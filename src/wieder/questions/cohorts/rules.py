"""Rules of cohorts: ages, modes and measures. Imports little, because the command line lists the choices."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wieder.periods import PeriodKind


class Age(StrEnum):
    """Unit of the age of an order."""

    CALENDAR = "calendar"
    """Calendar periods since the period of the first order."""
    ELAPSED = "elapsed"
    """Steps of a fixed number of days since the first order of each customer."""


class Mode(StrEnum):
    """Definition of a retained customer at an age."""

    CLASSIC = "classic"
    """Ordered at that age."""
    ROLLING = "rolling"
    """Ordered at that age or later."""
    CUMULATIVE = "cumulative"
    """Bought a second time by the end of that age."""


class Measure(StrEnum):
    """Measures for the cells of the wide table, named like the columns of the long one."""

    CUSTOMERS = "customers"
    RETENTION = "retention"
    ORDERS = "orders"
    REVENUE = "revenue"
    AVERAGE_ORDER_VALUE = "average_order_value"
    LTV = "ltv"

    @property
    def column(self) -> str:
        """The column of the cohort table; for customers, those active at an age."""
        return "active" if self is Measure.CUSTOMERS else self.value


STEP_DAYS = {
    PeriodKind.DAY: 1,
    PeriodKind.WEEK: 7,
    PeriodKind.MONTH: 30,
    PeriodKind.QUARTER: 91,
    PeriodKind.YEAR: 365,
}
"""Days per step of an elapsed age."""


@dataclass(frozen=True, kw_only=True)
class CohortRules:
    """One definition of cohorts and their ages."""

    kind: PeriodKind
    """The kind of period that forms a cohort, and the step of its age."""
    age: Age = Age.CALENDAR
    mode: Mode = Mode.CLASSIC
    by_period: bool = True
    """Whether a cohort is a period of first orders rather than a segment of customers."""
    incomplete: bool = False
    """Whether to include ages that are not over, and cohorts that still grow."""

    @property
    def step_days(self) -> int | None:
        """Days per step of age; None for calendar periods."""
        return STEP_DAYS[self.kind] if self.age is Age.ELAPSED else None
