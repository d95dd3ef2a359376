"""The back-test itself: forecasts at past cut-off dates, their scores, and the method chosen by them."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

import polars as pl

from wieder.models.choice import Rating, choose
from wieder.models.holdout import (
    model_forecast,
    naive_forecasts,
    score_amounts,
    score_probabilities,
)
from wieder.models.purchase_models import MODELS
from wieder.models.spend import spend_model
from wieder.questions.backtest.holdouts import holdout_counts, with_shares
from wieder.questions.backtest.notices import choice_notices, plan_notice, skill_notices
from wieder.questions.backtest.parts import part_frame
from wieder.questions.backtest.plan import USUAL, plan_trials
from wieder.questions.backtest.scores import NONE, PURCHASES, SPEND, score_frame
from wieder.questions.backtest.trials import trials

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from wieder.asking.asked import Asked
    from wieder.models.choice import Choice
    from wieder.models.fitting import Fit
    from wieder.models.holdout import Forecast, Holdout, Score
    from wieder.models.purchase_model import PurchaseModel
    from wieder.questions.backtest.plan import Plan, TrialRules

    Scores = Mapping[tuple[str, str], Score]


@dataclass(frozen=True, kw_only=True)
class Backtest:
    """The scores of every method, and the method chosen."""

    plan: Plan
    choice: Choice
    scores: pl.DataFrame
    """`scores.SCORES.schema`."""
    parts: pl.DataFrame
    """`parts.PARTS.schema`."""
    holdouts: pl.DataFrame
    """`holdouts.HOLDOUTS.schema`."""
    fits: Mapping[date, Mapping[str, Fit]]
    """By cut-off date and model; empty where the shop was too small for models."""

    @property
    def method(self) -> str:
        """The method for expected purchases and spend: a model, or a naive forecast that was better."""
        return self.choice.method

    @property
    def model(self) -> str | None:
        """The model for probabilities; None if none could be fitted."""
        return self.choice.model

    def bias_range(self, target: str, method: str) -> tuple[float, float] | None:
        """The smallest and largest bias of a method over cut-off dates; None if it is unknown at any."""
        at_moments = self.scores.filter(pl.col("moment").is_not_null(), target=target, method=method)
        found = at_moments["bias"].to_list()
        return (min(found), max(found)) if found and None not in found else None

    def measure(self, target: str, method: str, name: str) -> float | None:
        """One measure over all cut-off dates, such as the `bias` of `spend`; None if it is not known."""
        found = self.scores.filter(pl.col("moment").is_null(), target=target, method=method)
        return None if found.is_empty() else found[name][0]


def backtest(
    asked: Asked, rules: TrialRules = USUAL, *, models: Sequence[PurchaseModel] = MODELS
) -> Backtest:
    """Back-test every method on the history of the shop. Raises the errors of `plan_trials` and `trials`."""
    plan = plan_trials(asked.scope, rules)
    asked.notify(plan_notice(plan, rules))
    scored: dict[date, Scores] = {}
    fits: dict[date, Mapping[str, Fit]] = {}
    counts = []
    for trial in trials(asked, plan):
        fits[trial.cutoff] = {} if trial.is_too_small else trial.fits(models)
        scored[trial.cutoff] = dict(_scores(trial.holdout, fits[trial.cutoff], models))
        counts.append(holdout_counts(asked, trial))
    choice = choose([_ratings(scores) for scores in scored.values()])
    for notice in choice_notices(choice, fits, plan.horizon_days):
        asked.notify(notice)
    used = {PURCHASES: choice.method, SPEND: choice.method, NONE: choice.model}
    compared = [plan.cutoffs[place] for place in choice.cutoffs]
    scores = score_frame(scored, plan.horizon_days, used, compared)
    for notice in skill_notices(scores, choice.model):
        asked.notify(notice)
    return Backtest(
        plan=plan,
        choice=choice,
        scores=scores,
        parts=part_frame(scored, plan.horizon_days, used),
        holdouts=with_shares(pl.concat(counts)),
        fits=fits,
    )


def _scores(
    holdout: Holdout, fits: Mapping[str, Fit], models: Sequence[PurchaseModel]
) -> Iterator[tuple[tuple[str, str], Score]]:
    """The scores of every method that may be used, by target and method."""
    for forecast in _forecasts(holdout, fits, models):
        yield from _scores_of(forecast, holdout)


def _forecasts(
    holdout: Holdout, fits: Mapping[str, Fit], models: Sequence[PurchaseModel]
) -> Iterator[Forecast]:
    """The forecast of every naive method and of every model with a certified fit."""
    yield from naive_forecasts(holdout)
    certified = [model for model in models if model.name in fits and fits[model.name].is_certified]
    if certified:
        spend = spend_model(holdout.repeats, holdout.repeat_spend)
        yield from (model_forecast(model, fits[model.name], spend, holdout) for model in certified)


def _scores_of(forecast: Forecast, holdout: Holdout) -> Iterator[tuple[tuple[str, str], Score]]:
    expected, future = forecast.expected, holdout.future
    purchases = score_amounts(expected.purchases, future.purchases, holdout.purchases_ranked)
    yield (PURCHASES, forecast.method), purchases
    yield (SPEND, forecast.method), score_amounts(expected.spend, future.spend, holdout.spend_ranked)
    if forecast.none is not None:
        happened = holdout.is_gone.astype(float)
        yield (NONE, forecast.method), score_probabilities(forecast.none, happened)


def _ratings(scores: Scores) -> dict[str, Rating]:
    """The errors of each method at one cut-off date, by name."""
    return {
        method: Rating(
            absolute_error=score.measures["mae"],
            mean_error=(score.expected - score.actual) / score.customers,
            log_loss=scores[NONE, method].measures["log_loss"] if (NONE, method) in scores else nan,
        )
        for (target, method), score in scores.items()
        if target == PURCHASES
    }
