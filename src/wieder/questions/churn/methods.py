"""Churn predicted by the rule, by a model, and by Kaplan-Meier, with their errors in the back-test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from wieder.models.purchase_models import first_certified
from wieder.models.spend import spend_model
from wieder.notices import Notice
from wieder.questions.backtest.notices import refusal_notice
from wieder.questions.backtest.plan import Plan, TrialRules
from wieder.questions.backtest.scores import NONE
from wieder.questions.backtest.trials import trial
from wieder.questions.churn.table import CHURN, GIVEN, KAPLAN_MEIER, error_rates
from wieder.questions.churn.trials import gather_evidence, waiting_probability
from wieder.questions.segments.groups import everybody

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from wieder.asking.asked import Asked
    from wieder.models.fitting import Fit
    from wieder.models.holdout import Holdout
    from wieder.models.purchase_model import PurchaseModel
    from wieder.notices import Notify
    from wieder.questions.backtest.methods import Backtest
    from wieder.questions.backtest.trials import Trial
    from wieder.questions.churn.trials import Evidence
    from wieder.questions.segments.groups import Groups

    Floats = NDArray[np.float64]
    Fitted = tuple[PurchaseModel, Fit]

LEAST_CHANCE = 1e-9
"""The probability of a purchase below which the spend it would bring is unknown."""


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """The customers on the report date, and their predicted churn."""

    evidence: Evidence
    customers: pl.DataFrame
    """One row per customer: the columns of `PurchaseDays.histories`, those of `listing.CHURN_LIST`,
    `is_lost` by the given window, and one column per method, from 0 (active) to 1 (lost)."""
    methods: tuple[str, ...]
    """The columns of the methods: the windows, the model if there is one, Kaplan-Meier."""
    best: str
    """The method behind `value_at_risk`: the model, or Kaplan-Meier without one."""


def churn_of_shop(
    asked: Asked, tested: Backtest, fitted: Fitted | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of `CHURN` and `RULES` for the whole shop, from the fits and cut-off dates of a back-test.

    `fitted` is the best model and its certified fit to all orders, if already
    known. Raises no notices: the back-test has raised them.
    """
    plan = tested.plan
    rules = TrialRules(
        horizon_days=plan.horizon_days,
        n_cutoffs=len(plan.cutoffs),
        most_customers=plan.most_customers,
    )
    quiet = asked.silent
    pairs = asked.query("questions/churn/purchase_pairs")
    evidence = gather_evidence(quiet, pairs, rules, fits=tested.fits)
    today = _today(asked, evidence)
    outlook = _outlook(evidence, pairs, today, fitted or _fitted(evidence, today.holdout, quiet.notify))
    return churn_rows(outlook, everybody(outlook.customers)), outlook.evidence.rules


def look_ahead(asked: Asked, rules: TrialRules) -> Outlook:
    """Back-test every method, and predict the churn of the customers on the report date.

    Raises the errors of `plan_trials` and `trials`.
    """
    pairs = asked.query("questions/churn/purchase_pairs")
    evidence = gather_evidence(asked, pairs, rules)
    today = _today(asked, evidence)
    return _outlook(evidence, pairs, today, _fitted(evidence, today.holdout, asked.notify))


def _today(asked: Asked, evidence: Evidence) -> Trial:
    """The customers on the report date, as a trial without actual purchases."""
    plan = Plan(horizon_days=evidence.plan.horizon_days, cutoffs=(asked.as_of,))
    return trial(asked, asked.as_of, plan)


def _outlook(evidence: Evidence, pairs: pl.DataFrame, today: Trial, fitted: Fitted | None) -> Outlook:
    silent = today.holdout.silent_days
    lost = {name: (silent > window).astype(np.float64) for name, window in evidence.windows.items()}
    predicted = {KAPLAN_MEIER: waiting_probability(pairs, today.cutoff, silent, evidence.plan.horizon_days)}
    spend = _mean_purchase(today.holdout)
    if fitted is not None:
        predicted = {fitted[0].name: _none(*fitted, today.holdout)} | predicted
        spend = _spend_if_back(*fitted, today.holdout)
    best = next(iter(predicted))
    customers = today.customers.with_columns(
        days_since_last_order=pl.Series(silent),
        is_lost=pl.Series(lost[GIVEN] > 0),
        probability_of_none=pl.Series(predicted[best]),
        spend_if_back=pl.Series(spend, nan_to_null=True),
        value_at_risk=pl.Series(predicted[best] * spend, nan_to_null=True),
        **{name: pl.Series(share) for name, share in (lost | predicted).items()},
    )
    return Outlook(evidence=evidence, customers=customers, methods=(*lost, *predicted), best=best)


def _mean_purchase(now: Holdout) -> Floats:
    """Each customer's average spend per purchase; nan for all if no customer ever came back."""
    if not now.repeats.any():
        return np.full(now.spend.shape, np.nan)
    return np.asarray(now.spend / now.purchases)


def _fitted(evidence: Evidence, now: Holdout, notify: Notify) -> Fitted | None:
    """The best model with a certified fit to all orders; None if there is none."""
    found = first_certified(evidence.choice.models, now.histories, lambda fit: notify(refusal_notice(fit)))
    if evidence.choice.models and found is None:
        notify(Notice("no-model-now", "no model could be fitted to all orders: only Kaplan-Meier is used"))
    return found


def _none(model: PurchaseModel, fit: Fit, now: Holdout) -> Floats:
    predicted = model.probability_of_none(fit.parameters, now.histories, float(now.horizon_days))
    return np.asarray(predicted[now.places])


def _spend_if_back(model: PurchaseModel, fit: Fit, now: Holdout) -> Floats:
    """The expected spend of each customer within the horizon, given at least one purchase.

    nan if the probability of a purchase is `LEAST_CHANCE` or less.
    """
    days = float(now.horizon_days)
    expected = model.expected_purchases(fit.parameters, now.histories, days)
    chance = 1 - model.probability_of_none(fit.parameters, now.histories, days)
    unknown = np.full(chance.shape, np.nan)
    purchases = np.divide(expected, chance, out=unknown, where=chance > LEAST_CHANCE)[now.places]
    each = spend_model(now.repeats, now.repeat_spend).expected(now.repeats, now.repeat_spend)
    return np.asarray(purchases * each)


def churn_rows(outlook: Outlook, group: Groups) -> pl.DataFrame:
    """The rows of `CHURN` for one grouping of the customers; errors are reported for the whole shop only."""
    shares = (
        group.members.join(outlook.customers, on="customer")
        .group_by("segment")
        .agg(
            pl.len().alias("customers"),
            # In a fixed order and as one sum, on which the last digits depend.
            pl.when(pl.col("value_at_risk").is_not_null().any())
            .then(pl.col("value_at_risk").sort_by("customer").sum())
            .alias("value_at_risk"),
            pl.col(outlook.methods).sort_by("customer").mean(),
        )
        .unpivot(
            index=["segment", "customers", "value_at_risk"],
            on=outlook.methods,
            variable_name="method",
            value_name="lost_rate",
        )
        .with_columns(value_at_risk=pl.when(method=outlook.best).then("value_at_risk"))
    )
    measured = pl.DataFrame([_measures(outlook.evidence, method) for method in outlook.methods])
    if not group.cut.is_whole:
        measured = measured.select("method", "window_days", "horizon_days")
    labels = pl.DataFrame(
        {"segment": list(group.cut.labels), "label": list(group.cut.labels.values())},
        schema={"segment": pl.Int32, "label": pl.String},
    )
    named = shares.join(labels, on="segment").join(measured, on="method", how="left")
    return _finished(named, group.cut.of_customers, outlook.methods)


def _finished(rows: pl.DataFrame, dimension: str, methods: Sequence[str]) -> pl.DataFrame:
    there = rows.with_columns(dimension=pl.lit(dimension), segment="label")
    missing = [pl.lit(None).alias(name) for name in CHURN.schema if name not in there.columns]
    order = pl.col("method").replace_strict(list(methods), range(len(methods)), return_dtype=pl.Int32)
    return (
        there.with_columns(missing)
        .sort("segment", order)
        .select(*CHURN.schema)
        .cast(CHURN.schema)
        .with_columns(pl.col(pl.Float64).fill_nan(None))
    )


def _measures(evidence: Evidence, method: str) -> dict[str, object]:
    """The columns of `CHURN` with the accuracy of a method in the back-test."""
    verdicts = evidence.verdicts(method)
    known: dict[str, object] = {
        "method": method,
        "window_days": evidence.windows.get(method),
        "horizon_days": evidence.plan.horizon_days,
        "moments": len(evidence.compared),
        **error_rates(verdicts),
    }
    if method in evidence.windows:
        gone, lost = verdicts.lost_gone + verdicts.active_gone, verdicts.lost_gone + verdicts.lost_back
        shares = {"expected_rate": lost / verdicts.customers, "actual_rate": gone / verdicts.customers}
        return known | shares | {"auc": evidence.silence_auc}
    pooled = evidence.scores.filter(pl.col("moment").is_null(), target=NONE, method=method)
    [score] = pooled.to_dicts()
    shares = {f"{part}_rate": score[part] / score["customers"] for part in ("expected", "actual")}
    names = ("auc", "brier", "skill", "log_loss", "calibration_error")
    return known | shares | {name: score[name] for name in names}
