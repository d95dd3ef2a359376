"""Trials of a back-test: the customers of a shop at a past cut-off date, and their actual purchases after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from wieder.errors import DataError
from wieder.models.baselines import Expected, is_too_small
from wieder.models.holdout import Holdout
from wieder.questions.backtest.purchase_days import PurchaseDays, model_histories

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from wieder.asking.asked import Asked
    from wieder.models.fitting import Fit
    from wieder.models.purchase_model import PurchaseModel
    from wieder.questions.backtest.plan import Plan


@dataclass(frozen=True, kw_only=True, eq=False)
class Trial:
    """One cut-off date of a back-test."""

    cutoff: date
    end: date
    """The first day after the horizon."""
    customers: pl.DataFrame
    """One row per customer known at the cut-off date: see `PurchaseDays.histories`."""
    holdout: Holdout
    """The same customers in the same order; in a large shop only every second, third and so on."""

    @property
    def is_too_small(self) -> bool:
        """Whether the shop was too small for a model at the cut-off date."""
        return is_too_small(self.holdout.purchases)

    def fits(self, models: Sequence[PurchaseModel]) -> dict[str, Fit]:
        """The fit of each model to the orders before the cut-off date, certified or not, by name."""
        return {model.name: model.fit(self.holdout.histories) for model in models}


def trials(asked: Asked, plan: Plan) -> Iterator[Trial]:
    """Yield the trials of the plan in chronological order, so that only one is in memory.

    Raises DataError if no customer was known at a cut-off date.
    """
    for cutoff in plan.cutoffs:
        yield trial(asked, cutoff, plan)


def trial(asked: Asked, cutoff: date, plan: Plan) -> Trial:
    """The trial at one cut-off date. Raises DataError if no customer was known by then."""
    days = PurchaseDays(asked)
    customers = days.histories(cutoff, plan.end(cutoff))
    if customers.is_empty():
        raise DataError(
            f"there are no customers to forecast: no order before {cutoff} has a customer",
            "`wieder backtest --moments 1 --horizon 30` uses a later cut-off date",
        )
    recent = days.recent(cutoff - timedelta(days=plan.horizon_days), cutoff)
    tried = customers if plan.most_customers is None else _thinned(customers, plan.most_customers)
    known = tried.join(recent, on="customer", how="left", maintain_order="left").with_columns(
        pl.col("recent_days", "recent_revenue").fill_null(0)
    )
    histories, places = model_histories(tried, cutoff)
    holdout = Holdout(
        histories=histories,
        places=places,
        spend=known["revenue"].to_numpy(),
        repeat_spend=known["repeat_revenue"].to_numpy(),
        recent=_expected(known, "recent"),
        future=_expected(known, "future"),
        horizon_days=plan.horizon_days,
    )
    return Trial(cutoff=cutoff, end=plan.end(cutoff), customers=customers, holdout=holdout)


def _thinned(customers: pl.DataFrame, most: int) -> pl.DataFrame:
    """Every customer, or every second, third and so on, so that there are at most `most`."""
    return customers.gather_every(max(1, -(-customers.height // most)))


def _expected(known: pl.DataFrame, when: str) -> Expected:
    return Expected(
        purchases=known[f"{when}_days"].cast(pl.Float64).to_numpy(),
        spend=known[f"{when}_revenue"].to_numpy(),
    )
