"""When forecasts are tried: at earlier moments, a horizon apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from wieder.asking.options import option
from wieder.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.kpis.base import Scope

USUAL_HORIZON = 180
USUAL_MOMENTS = 3
SHORTEST_HORIZON = 7


@dataclass(frozen=True, kw_only=True)
class TrialRules:
    """How forecasts are to be tried."""

    horizon_days: int | None = None
    """None: 180 days, or a quarter of the history if that is shorter, so that there is room for three."""
    n_moments: int = USUAL_MOMENTS
    """At most so many; fewer where the history is too short for them."""
    most_customers: int | None = None
    """In larger shops forecasts are made for every second customer, or third, and so on; None: for all."""


USUAL = TrialRules()
MOST_TRIED = 200_000
"""Customers of an earlier moment: the bias of so many is known to about a percent, in much less time."""


@dataclass(frozen=True, kw_only=True)
class TrialOptions:
    """How forecasts are tried."""

    horizon: int | None = option(
        "--horizon", metavar="DAYS", minimum=1, help="Forecast so far. [180, or a quarter of the history]"
    )
    moments: int | None = option(
        "--moments", metavar="N", minimum=1, maximum=24, help="Try it at so many earlier moments. [3]"
    )

    @property
    def rules(self) -> TrialRules:
        """How the options want forecasts to be tried, on all customers."""
        return TrialRules(horizon_days=self.horizon, n_moments=self.moments or USUAL_MOMENTS)

    @property
    def rules_on_some(self) -> TrialRules:
        """The same, on some of the customers of a large shop."""
        return replace(self.rules, most_customers=MOST_TRIED)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """When forecasts are tried."""

    horizon_days: int
    moments: tuple[date, ...]
    """The days on which forecasts are made, from orders before them.

    They are a horizon apart and the last one is a horizon before as-of, so that
    no two horizons overlap. Before each there is at least one horizon of history.
    """
    most_customers: int | None = None
    """See `TrialRules`."""

    def end(self, moment: date) -> date:
        """The first day after the horizon of the moment."""
        return moment + timedelta(days=self.horizon_days)


def plan_trials(scope: Scope, rules: TrialRules = USUAL) -> Plan:
    """The last moments that the rules ask for.

    Raises DataError for a history of less than four weeks, UsageError for a
    horizon of more than half of the history.
    """
    history_days = (scope.as_of - scope.history_start).days
    horizon_days = rules.horizon_days or _usual_horizon(history_days)
    n_possible = min(rules.n_moments, history_days // horizon_days - 1)
    if n_possible < 1:
        raise UsageError(
            f"--horizon {horizon_days}: a trial needs twice as much, and the history has {history_days} days",
            f"choose {history_days // 2} days or fewer",
        )
    moments = (scope.as_of - timedelta(days=horizon_days * back) for back in range(n_possible, 0, -1))
    return Plan(horizon_days=horizon_days, moments=tuple(moments), most_customers=rules.most_customers)


def _usual_horizon(history_days: int) -> int:
    horizon_days = min(USUAL_HORIZON, history_days // (USUAL_MOMENTS + 1))
    if horizon_days < SHORTEST_HORIZON:
        raise DataError(
            f"the history of {history_days} days is too short to try forecasts on it",
            f"it takes {(USUAL_MOMENTS + 1) * SHORTEST_HORIZON} days",
        )
    return horizon_days


def where_tried(
    asked: Asked, answer: Callable[[Asked, TrialOptions], Answer[None]]
) -> Iterable[Answer[None]]:
    """The answer by the usual trials; none where the history is too short, or nobody was known at a moment."""
    history_days = (asked.as_of - asked.basis.history_start).days
    if history_days < (USUAL_MOMENTS + 1) * SHORTEST_HORIZON:
        return ()
    try:
        return (answer(asked, TrialOptions()),)
    except DataError:
        return ()
