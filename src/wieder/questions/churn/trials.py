"""Back-test of churn: predictions by the rule, the models and Kaplan-Meier against actual purchases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from wieder.models import scoring
from wieder.models.choice import Rating, choose
from wieder.models.churn_curve import probability_of_none
from wieder.models.churn_rule import count_verdicts, pooled
from wieder.models.holdout import naive_forecasts, score_probabilities
from wieder.models.kaplan_meier import kaplan_meier
from wieder.models.purchase_models import MODELS
from wieder.questions.backtest.notices import choice_notices, plan_notice, sample_notices, skill_notices
from wieder.questions.backtest.parts import part_frame
from wieder.questions.backtest.plan import plan_trials
from wieder.questions.backtest.scores import NONE, score_frame
from wieder.questions.backtest.trials import trials
from wieder.questions.churn.rules import rule_rows, rule_verdicts, rule_windows
from wieder.questions.churn.table import GIVEN, KAPLAN_MEIER
from wieder.questions.gaps import waits_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from wieder.asking.asked import Asked
    from wieder.models.choice import Choice
    from wieder.models.churn_rule import Verdicts
    from wieder.models.fitting import Fit
    from wieder.models.holdout import Holdout, Score
    from wieder.questions.backtest.plan import Plan, TrialRules
    from wieder.questions.backtest.trials import Trial

    Floats = NDArray[np.float64]
    Fits = Mapping[date, Mapping[str, Fit]]

LIKELY = 0.5
"""A customer with a probability above this counts as lost, for comparison with the rule."""


@dataclass(frozen=True, kw_only=True)
class TriedCutoff:
    """The results of one cut-off date."""

    cutoff: date
    fits: Mapping[str, Fit]
    scores: Mapping[str, Score]
    """The scores of the probability of no purchase, by method."""
    silence_auc: float
    """The AUC of days since the last purchase as a predictor of churn."""
    verdicts: Mapping[str, Verdicts]
    """The verdicts by method."""
    ratings: Mapping[str, Rating]
    """The ratings of every method that predicts purchases, for the choice among models."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The accuracy of each churn method in the back-test."""

    plan: Plan
    choice: Choice
    windows: Mapping[str, int]
    """The windows of the rule, by name: the given one, and the chosen one if there is one."""
    compared: tuple[TriedCutoff, ...]
    """The cut-off dates at which the methods are compared."""
    rules: pl.DataFrame
    """`rules.RULES.schema`, for all cut-off dates."""
    scores: pl.DataFrame
    """`backtest.scores.SCORES.schema`."""
    parts: pl.DataFrame
    """`backtest.parts.PARTS.schema`."""

    def verdicts(self, method: str) -> Verdicts:
        """The verdicts of a method at all compared cut-off dates."""
        return pooled(tried.verdicts[method] for tried in self.compared if method in tried.verdicts)

    @property
    def silence_auc(self) -> float:
        """The AUC of silence over the compared cut-off dates, weighted by customers."""
        weights = [tried.verdicts[GIVEN].customers for tried in self.compared]
        return float(np.average([tried.silence_auc for tried in self.compared], weights=weights))


def gather_evidence(
    asked: Asked, pairs: pl.DataFrame, rules: TrialRules, *, fits: Fits | None = None
) -> Evidence:
    """Back-test every churn method on the history of the shop.

    `pairs` are the rows of questions/churn/purchase_pairs.sql. `fits` are those
    of a back-test by the same rules, which are reused. Raises the errors of
    `plan_trials` and `trials`.
    """
    plan = plan_trials(asked.scope, rules)
    asked.notify(plan_notice(plan, rules))
    windows = rule_windows(pairs, asked.scope, plan)
    tried = [
        _tried(one, fits[one.cutoff] if fits else _fitted(one), pairs, windows) for one in trials(asked, plan)
    ]
    if rules.most_customers is not None:
        known = pl.Series([one.verdicts[GIVEN].customers for one in tried])
        for notice in sample_notices(known, rules.most_customers):
            asked.notify(notice)
    choice = choose([one.ratings for one in tried])
    for notice in choice_notices(choice, {one.cutoff: one.fits for one in tried}, plan.horizon_days):
        asked.notify(notice)
    scored = {one.cutoff: {(NONE, method): score for method, score in one.scores.items()} for one in tried}
    compared = tuple(tried[place] for place in choice.cutoffs)
    used = {NONE: choice.model}
    scores = score_frame(scored, plan.horizon_days, used, [one.cutoff for one in compared])
    for notice in skill_notices(scores, choice.model):
        asked.notify(notice)
    return Evidence(
        plan=plan,
        choice=choice,
        windows=windows,
        compared=compared,
        rules=_rules(tried, windows, plan),
        scores=scores,
        parts=part_frame(scored, plan.horizon_days, used),
    )


def waiting_probability(
    pairs: pl.DataFrame, cutoff: date, silent_days: NDArray[np.int64], days: int
) -> Floats:
    """The probability of no purchase in the next `days` by Kaplan-Meier, from gaps known at the cut-off date."""
    is_over = (pl.col("next_day") < cutoff).fill_null(value=False)
    known = pl.when(is_over).then("next_day").otherwise(cutoff - pl.duration(days=1))
    waits = pairs.filter(pl.col("day") < cutoff).select(
        days=(known - pl.col("day")).dt.total_days(), n_purchases="n_pairs", has_next=is_over
    )
    return probability_of_none(kaplan_meier(waits_of(waits)), silent_days - 1, days)


def _fitted(trial: Trial) -> Mapping[str, Fit]:
    return {} if trial.is_too_small else trial.fits(MODELS)


def _tried(
    trial: Trial, fits: Mapping[str, Fit], pairs: pl.DataFrame, windows: Mapping[str, int]
) -> TriedCutoff:
    holdout = trial.holdout
    certified = {name: fit for name, fit in fits.items() if fit.is_certified}
    none = _probabilities(holdout, certified)
    none[KAPLAN_MEIER] = waiting_probability(pairs, trial.cutoff, holdout.silent_days, holdout.horizon_days)
    gone = holdout.is_gone.astype(np.float64)
    scores = {method: score_probabilities(predicted, gone) for method, predicted in none.items()}
    verdicts = {name: count_verdicts(predicted > LIKELY, holdout.is_gone) for name, predicted in none.items()}
    silence = scoring.ranking(holdout.silent_days.astype(np.float64))
    return TriedCutoff(
        cutoff=trial.cutoff,
        fits=fits,
        scores=scores,
        silence_auc=scoring.area_under_curve(silence, gone),
        verdicts=rule_verdicts(trial, windows) | verdicts,
        ratings=_ratings(holdout, certified, scores),
    )


def _probabilities(holdout: Holdout, fits: Mapping[str, Fit]) -> dict[str, Floats]:
    days = float(holdout.horizon_days)
    return {
        model.name: model.probability_of_none(fits[model.name].parameters, holdout.histories, days)[
            holdout.places
        ]
        for model in MODELS
        if model.name in fits
    }


def _ratings(holdout: Holdout, fits: Mapping[str, Fit], scores: Mapping[str, Score]) -> dict[str, Rating]:
    """The ratings as in `backtest`, without the measures that the choice does not need."""
    actual, days = holdout.future.purchases, float(holdout.horizon_days)
    naive = {one.method: _rating(one.expected.purchases, actual) for one in naive_forecasts(holdout)}
    models = {
        model.name: _rating(
            model.expected_purchases(fits[model.name].parameters, holdout.histories, days)[holdout.places],
            actual,
            scores[model.name].measures["log_loss"],
        )
        for model in MODELS
        if model.name in fits
    }
    return naive | models


def _rating(expected: Floats, actual: Floats, log_loss: float = float("nan")) -> Rating:
    return Rating(
        absolute_error=scoring.mean_absolute_error(expected, actual),
        mean_error=float((expected - actual).mean()),
        log_loss=log_loss,
    )


def _rules(tried: Sequence[TriedCutoff], windows: Mapping[str, int], plan: Plan) -> pl.DataFrame:
    verdicts = [(one.cutoff, days, one.verdicts[name]) for one in tried for name, days in windows.items()]
    return rule_rows(verdicts, plan.horizon_days)
