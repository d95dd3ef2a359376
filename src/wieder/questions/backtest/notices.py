"""Notices about forecasts: the cut-off dates of the back-test, and the methods used or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from wieder.models.baselines import FEWEST_CUSTOMERS, FEWEST_REPEATERS
from wieder.models.fitting import Doubt
from wieder.models.spend import SpendMethod
from wieder.notices import Notice
from wieder.questions.backtest.scores import NONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from wieder.errors import DataError
    from wieder.models.choice import Choice
    from wieder.models.fitting import Fit
    from wieder.models.spend import SpendModel
    from wieder.questions.backtest.plan import Plan, TrialRules

REASONS = {
    Doubt.TOO_FEW_CUSTOMERS: "there are too few customers",
    Doubt.NO_REPEATS: "there are too few repeat purchases to fit it",
    Doubt.NOT_CONVERGED: "the search for the maximum did not converge",
    Doubt.NOT_A_MAXIMUM: "the search did not end at a maximum",
    Doubt.SECOND_START: "two starting points lead to different likelihoods",
    Doubt.WORSE_THAN_NESTED: "the simpler NBD, without dropout, explains the orders equally well",
    Doubt.RIDGE: "the orders do not determine two of its parameters separately",
    Doubt.NO_MEAN: "spend has no finite mean",
}


def plan_notice(plan: Plan, rules: TrialRules) -> Notice:
    """The notice of the cut-off dates and the horizon of the back-test."""
    is_given = rules.horizon_days is not None
    cutoffs = ", ".join(str(cutoff) for cutoff in plan.cutoffs)
    chosen = "as requested" if is_given else "180, or a quarter of the history if that is shorter"
    return Notice(
        "backtest",
        f"forecasts for {plan.horizon_days} days ({chosen}) are back-tested; cut-off dates: {cutoffs}",
        "" if is_given else "`wieder backtest --horizon 90` tests another horizon",
        values={
            "variant": "given" if is_given else "usual",
            "days": plan.horizon_days,
            "moments": [*plan.cutoffs],
        },
    )


def choice_notices(
    choice: Choice, fits: Mapping[date, Mapping[str, Fit]], horizon_days: int
) -> Iterator[Notice]:
    """The models refused at the last cut-off date, and the naive forecast used instead, if any."""
    last = fits[max(fits)]
    for fit in last.values():
        if not fit.is_certified:
            yield refusal_notice(fit)
    if not last:
        yield SMALL_SHOP
    elif choice.model is None:
        message = f"no model could be fitted: the naive forecast {choice.naive} is used"
        yield Notice("no-model", message, values={"naive": choice.naive, "days": horizon_days})
    elif choice.naive_is_better:
        message = f"the naive forecast {choice.naive} is used: it was more accurate than {choice.model}"
        values = {"naive": choice.naive, "model": choice.model, "days": horizon_days}
        yield Notice("naive-is-better", message, values=values)


def skill_notices(scores: pl.DataFrame, model: str | None) -> Iterator[Notice]:
    """A notice if the probabilities of the model were worse than the base rate; `scores` has `SCORES.schema`."""
    if model is None:
        return
    pooled = scores.filter(pl.col("moment").is_null(), target=NONE, method=model)
    skills = [skill for skill in pooled["skill"] if skill is not None]
    if skills and skills[0] < 0:
        message = f"the churn probabilities of {model} were less accurate than the base rate of all customers"
        yield Notice("no-skill", message, values={"model": model})


def refusal_notice(fit: Fit) -> Notice:
    """The notice that a model is not used, with the first reason."""
    doubt = fit.doubts[0]
    message = f"{fit.model} is not used: {REASONS[doubt]}"
    return Notice("model-refused", message, values={"variant": str(doubt), "model": fit.model})


SMALL_SHOP = Notice(
    "small-shop",
    f"no model is fitted: that needs {FEWEST_CUSTOMERS} customers at the last cut-off date, "
    f"{FEWEST_REPEATERS} of them with a repeat purchase",
    values={"customers": FEWEST_CUSTOMERS, "repeaters": FEWEST_REPEATERS},
)


def short_history(error: DataError) -> Notice:
    """The notice that there is no forecast, because the history does not allow a back-test."""
    return Notice("no-forecast", f"there is no forecast: {error.message}", error.remedy)


def sample_notices(customers: pl.Series, most: int) -> Iterator[Notice]:
    """A notice if the back-test used a sample; `customers` is the number known at each cut-off date."""
    most_known = int(customers.to_numpy().max(initial=0))
    if most_known > most:
        yield Notice(
            "back-test-sample",
            f"forecasts are back-tested on at most {most} of {most_known} customers",
            "`wieder backtest` uses all of them",
            values={"most": most, "all": most_known},
        )


def spend_notices(spend: SpendModel) -> Iterator[Notice]:
    """A notice if the cost of purchases is not predicted by Gamma-Gamma, with reason and replacement."""
    if spend.method is SpendMethod.GAMMA_GAMMA:
        return
    is_dependent = spend.reason == "dependence"
    reason = "spend depends on purchase frequency" if is_dependent else REASONS[Doubt(spend.reason)]
    instead = "each purchase is predicted at the mean of customers who bought about as often"
    yield Notice(
        "no-gamma-gamma",
        f"Gamma-Gamma is not used ({reason}): {instead}",
        values={"variant": "dependence" if is_dependent else "refused"},
    )
