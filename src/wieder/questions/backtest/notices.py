"""What is said about forecasts: when they are tried, and which methods are used or refused, and why."""

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
    Doubt.NO_REPEATS: "there are too few repeat purchases to learn from",
    Doubt.NOT_CONVERGED: "no maximum was reached",
    Doubt.NOT_A_MAXIMUM: "what was reached is no maximum",
    Doubt.SECOND_START: "two searches end at different likelihoods",
    Doubt.WORSE_THAN_NESTED: "the simpler NBD, in which nobody leaves, explains the orders as well",
    Doubt.RIDGE: "the orders do not tell two of its parameters apart",
    Doubt.NO_MEAN: "spend has no expectation",
}


def plan_notice(plan: Plan, rules: TrialRules) -> Notice:
    """When forecasts are tried, and why so far ahead."""
    is_given = rules.horizon_days is not None
    moments = ", ".join(str(moment) for moment in plan.moments)
    chosen = "as asked for" if is_given else "180, or a quarter of the history if that is shorter"
    return Notice(
        "backtest",
        f"forecasts for {plan.horizon_days} days ({chosen}) are tried from {moments} on",
        "" if is_given else "`wieder backtest --horizon DAYS` tries another horizon",
        values={
            "variant": "given" if is_given else "usual",
            "days": plan.horizon_days,
            "moments": [*plan.moments],
        },
    )


def choice_notices(
    choice: Choice, fits: Mapping[date, Mapping[str, Fit]], horizon_days: int
) -> Iterator[Notice]:
    """Which models were refused at the last moment, and what is used if that is no model."""
    last = fits[max(fits)]
    for fit in last.values():
        if not fit.is_certified:
            yield refusal_notice(fit)
    if not last:
        yield SMALL_SHOP
    elif choice.model is None:
        message = f"no model could be fitted: {choice.naive}, a naive forecast, is used"
        yield Notice("no-model", message, values={"naive": choice.naive, "days": horizon_days})
    elif choice.naive_is_better:
        message = f"{choice.naive}, a naive forecast, was closer to what happened than {choice.model}"
        values = {"naive": choice.naive, "model": choice.model, "days": horizon_days}
        yield Notice("naive-is-better", f"{message}, and is used", values=values)


def skill_notices(scores: pl.DataFrame, model: str | None) -> Iterator[Notice]:
    """That the probabilities of the model were worth less than the base rate; `scores` is `SCORES`."""
    if model is None:
        return
    pooled = scores.filter(pl.col("moment").is_null(), target=NONE, method=model)
    skills = [skill for skill in pooled["skill"] if skill is not None]
    if skills and skills[0] < 0:
        message = f"by {model} who will not buy was told worse than by the same share for everybody"
        yield Notice("no-skill", message, values={"model": model})


def refusal_notice(fit: Fit) -> Notice:
    """That a model is not used, with the first reason."""
    doubt = fit.doubts[0]
    message = f"{fit.model} is not used: {REASONS[doubt]}"
    return Notice("model-refused", message, values={"variant": str(doubt), "model": fit.model})


SMALL_SHOP = Notice(
    "small-shop",
    f"no model is tried: that takes {FEWEST_CUSTOMERS} customers, {FEWEST_REPEATERS} of whom bought again, "
    "by the last of the earlier moments",
    values={"customers": FEWEST_CUSTOMERS, "repeaters": FEWEST_REPEATERS},
)


def short_history(error: DataError) -> Notice:
    """That nothing is forecast, because at no earlier moment enough was known to try it."""
    return Notice("no-forecast", f"nothing is forecast: {error.message}", error.remedy)


def sample_notices(customers: pl.Series, most: int) -> Iterator[Notice]:
    """That forecasts were tried on some customers only; `customers` is how many there were at each moment."""
    most_known = int(customers.to_numpy().max(initial=0))
    if most_known > most:
        yield Notice(
            "back-test-sample",
            f"forecasts are tried on at most {most} of {most_known} customers",
            "`wieder backtest` tries them on all",
            values={"most": most, "all": most_known},
        )


def spend_notices(spend: SpendModel) -> Iterator[Notice]:
    """Why the cost of purchases is not expected by Gamma-Gamma, and how instead."""
    if spend.method is SpendMethod.GAMMA_GAMMA:
        return
    is_dependent = spend.reason == "dependence"
    reason = "spend depends on frequency" if is_dependent else REASONS[Doubt(spend.reason)]
    instead = "a purchase is expected to cost the mean of the customers who bought about as often"
    yield Notice(
        "no-gamma-gamma",
        f"Gamma-Gamma does not hold ({reason}): {instead}",
        values={"variant": "dependence" if is_dependent else "refused"},
    )
