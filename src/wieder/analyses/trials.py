"""Earlier moments of a shop, from which forecasts are made for days that are known by now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from wieder.analyses.purchase_histories import make_purchase_days, model_histories, purchase_histories
from wieder.database import frame, script
from wieder.errors import DataError, UsageError
from wieder.models.baselines import Expected, is_too_small
from wieder.models.holdout import Holdout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from wieder.database import Connection
    from wieder.kpis.base import Scope
    from wieder.models.fitting import Fit
    from wieder.models.purchase_model import PurchaseModel

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


def has_room_for_trials(scope: Scope) -> bool:
    """Whether the history is long enough for the usual trials."""
    return (scope.as_of - scope.history_start).days >= (USUAL_MOMENTS + 1) * SHORTEST_HORIZON


def _usual_horizon(history_days: int) -> int:
    horizon_days = min(USUAL_HORIZON, history_days // (USUAL_MOMENTS + 1))
    if horizon_days < SHORTEST_HORIZON:
        raise DataError(
            f"the history of {history_days} days is too short to try forecasts on it",
            f"it takes {(USUAL_MOMENTS + 1) * SHORTEST_HORIZON} days",
        )
    return horizon_days


@dataclass(frozen=True, kw_only=True, eq=False)
class Trial:
    """One moment."""

    moment: date
    end: date
    """The first day after the horizon."""
    customers: pl.DataFrame
    """See `purchase_histories`: one row per customer known at the moment."""
    holdout: Holdout
    """The same customers, in the same order; of many of them every second, third and so on."""

    @property
    def is_too_small(self) -> bool:
        """Whether the shop was too small for a model then."""
        return is_too_small(self.holdout.purchases)

    def fits(self, models: Sequence[PurchaseModel]) -> dict[str, Fit]:
        """The fit of each model to what was known at the moment, certified or not, by name."""
        return {model.name: model.fit(self.holdout.histories) for model in models}


def trials(con: Connection, plan: Plan) -> Iterator[Trial]:
    """The trials of the plan in time, one after the other so that only one is in memory.

    Needs `analysis.prepare`. Raises DataError if no customer was known at a moment.
    """
    make_purchase_days(con)
    for moment in plan.moments:
        yield trial(con, moment, plan)


def trial(con: Connection, moment: date, plan: Plan) -> Trial:
    """What was known at the moment, and what came in its horizon. Needs `make_purchase_days`.

    Raises DataError if no customer was known.
    """
    customers = purchase_histories(con, moment, plan.end(moment))
    if customers.is_empty():
        raise DataError(
            f"there is nobody to forecast: no order before {moment} has a customer",
            "`wieder backtest` begins later with fewer --moments or a shorter --horizon",
        )
    span = {"since": moment - timedelta(days=plan.horizon_days), "until": moment}
    recent = frame(con, script("recent_purchases"), span)
    tried = customers if plan.most_customers is None else _thinned(customers, plan.most_customers)
    known = tried.join(recent, on="customer", how="left", maintain_order="left").with_columns(
        pl.col("recent_days", "recent_revenue").fill_null(0)
    )
    histories, places = model_histories(tried, moment)
    holdout = Holdout(
        histories=histories,
        places=places,
        spend=known["revenue"].to_numpy(),
        repeat_spend=known["repeat_revenue"].to_numpy(),
        recent=_expected(known, "recent"),
        future=_expected(known, "future"),
        horizon_days=plan.horizon_days,
    )
    return Trial(moment=moment, end=plan.end(moment), customers=customers, holdout=holdout)


def _thinned(customers: pl.DataFrame, most: int) -> pl.DataFrame:
    """Every customer, or every second, third and so on, so that there are at most `most`."""
    return customers.gather_every(max(1, -(-customers.height // most)))


def _expected(known: pl.DataFrame, when: str) -> Expected:
    return Expected(
        purchases=known[f"{when}_days"].cast(pl.Float64).to_numpy(),
        spend=known[f"{when}_revenue"].to_numpy(),
    )
