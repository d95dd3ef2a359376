"""The plan of a back-test: past cut-off dates, one horizon apart.

A cut-off date is a `moment` in tables and options.
"""

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
    """The rules of a back-test."""

    horizon_days: int | None = None
    """None: 180 days, or a quarter of the history if that is shorter, which leaves room for three horizons."""
    n_cutoffs: int = USUAL_MOMENTS
    """The largest number of cut-off dates; a short history allows fewer."""
    most_customers: int | None = None
    """In larger shops only every second customer, or third, and so on is forecast; None: all customers."""


USUAL = TrialRules()
MOST_TRIED = 200_000
"""Customers per cut-off date; they give the bias to about one percent, in much less time than all customers."""


@dataclass(frozen=True, kw_only=True)
class TrialOptions:
    """The options of a back-test."""

    horizon: int | None = option(
        "--horizon",
        metavar="DAYS",
        minimum=1,
        help="Forecast horizon in days. [180, or a quarter of the history]",
    )
    moments: int | None = option(
        "--moments", metavar="N", minimum=1, maximum=24, help="Number of cut-off dates to back-test. [3]"
    )

    @property
    def rules(self) -> TrialRules:
        """The rules that follow from the options, for all customers."""
        return TrialRules(horizon_days=self.horizon, n_cutoffs=self.moments or USUAL_MOMENTS)

    @property
    def rules_on_some(self) -> TrialRules:
        """The same rules, for a sample of at most `MOST_TRIED` customers."""
        return replace(self.rules, most_customers=MOST_TRIED)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The cut-off dates and the horizon of a back-test."""

    horizon_days: int
    cutoffs: tuple[date, ...]
    """The cut-off dates, in chronological order; forecasts are made from orders before them.

    They are one horizon apart, and the last is one horizon before the report
    date, so horizons do not overlap. Each has at least one horizon of history.
    """
    most_customers: int | None = None
    """See `TrialRules`."""

    def end(self, cutoff: date) -> date:
        """The first day after the horizon of this cut-off date."""
        return cutoff + timedelta(days=self.horizon_days)


def plan_trials(scope: Scope, rules: TrialRules = USUAL) -> Plan:
    """Choose the latest possible cut-off dates under the rules.

    Raises DataError for a history of less than four weeks, UsageError for a
    horizon of more than half of the history.
    """
    history_days = (scope.as_of - scope.history_start).days
    horizon_days = rules.horizon_days or _usual_horizon(history_days)
    n_possible = min(rules.n_cutoffs, history_days // horizon_days - 1)
    if n_possible < 1:
        raise UsageError(
            f"--horizon {horizon_days} needs {2 * horizon_days} days of history, but there are {history_days}",
            f"use --horizon {history_days // 2} or less",
        )
    cutoffs = (scope.as_of - timedelta(days=horizon_days * back) for back in range(n_possible, 0, -1))
    return Plan(horizon_days=horizon_days, cutoffs=tuple(cutoffs), most_customers=rules.most_customers)


def _usual_horizon(history_days: int) -> int:
    horizon_days = min(USUAL_HORIZON, history_days // (USUAL_MOMENTS + 1))
    if horizon_days < SHORTEST_HORIZON:
        raise DataError(
            f"the history of {history_days} days is too short to back-test forecasts",
            f"load orders of at least {(USUAL_MOMENTS + 1) * SHORTEST_HORIZON} days",
        )
    return horizon_days


def where_tried(
    asked: Asked, answer: Callable[[Asked, TrialOptions], Answer[None]]
) -> Iterable[Answer[None]]:
    """The answer by the usual rules; none if the history is too short, or a cut-off date has no customers."""
    history_days = (asked.as_of - asked.basis.history_start).days
    if history_days < (USUAL_MOMENTS + 1) * SHORTEST_HORIZON:
        return ()
    try:
        return (answer(asked, TrialOptions()),)
    except DataError:
        return ()
