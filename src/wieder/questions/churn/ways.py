"""Who will not come back: by the rule, by a model, and by Kaplan-Meier, with their errors so far."""

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

HARDLY = 1e-9
"""Where a purchase is less likely than this, what it would bring is not known."""


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """The customers at as-of, and what is expected of them."""

    evidence: Evidence
    customers: pl.DataFrame
    """One row per customer: the columns of `PurchaseDays.histories`, those of `listing.CHURN_LIST`,
    `is_lost` by the given window, and one column per way, from 0 (active) to 1 (lost)."""
    ways: tuple[str, ...]
    """The columns of the ways: the windows, the model if there is one, Kaplan-Meier."""
    best: str
    """The way that `value_at_risk` is by: the model, or Kaplan-Meier without one."""


def churn_of_shop(
    asked: Asked, tested: Backtest, fitted: Fitted | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`CHURN.schema` and `RULES.schema` of the whole shop, by the fits of a back-test and at its moments.

    `fitted` is the best model and its certified fit to all orders, where that is
    known already. Says nothing: the back-test has.
    """
    plan = tested.plan
    rules = TrialRules(
        horizon_days=plan.horizon_days,
        n_moments=len(plan.moments),
        most_customers=plan.most_customers,
    )
    quiet = asked.unheard
    pairs = asked.query("questions/churn/purchase_pairs")
    evidence = gather_evidence(quiet, pairs, rules, fits=tested.fits)
    today = _today(asked, evidence)
    outlook = _outlook(evidence, pairs, today, fitted or _fitted(evidence, today.holdout, quiet.notify))
    return churn_rows(outlook, everybody(outlook.customers)), outlook.evidence.rules


def look_ahead(asked: Asked, rules: TrialRules) -> Outlook:
    """The evidence, and what follows from it for the customers at as-of.

    Raises what `plan_trials` and `trials` raise.
    """
    pairs = asked.query("questions/churn/purchase_pairs")
    evidence = gather_evidence(asked, pairs, rules)
    today = _today(asked, evidence)
    return _outlook(evidence, pairs, today, _fitted(evidence, today.holdout, asked.notify))


def _today(asked: Asked, evidence: Evidence) -> Trial:
    """The customers at as-of, of whom nothing later is known."""
    plan = Plan(horizon_days=evidence.plan.horizon_days, moments=(asked.as_of,))
    return trial(asked, asked.as_of, plan)


def _outlook(evidence: Evidence, pairs: pl.DataFrame, today: Trial, fitted: Fitted | None) -> Outlook:
    silent = today.holdout.silent_days
    lost = {name: (silent > window).astype(np.float64) for name, window in evidence.windows.items()}
    told = {KAPLAN_MEIER: waiting_probability(pairs, today.moment, silent, evidence.plan.horizon_days)}
    spend = _mean_purchase(today.holdout)
    if fitted is not None:
        told = {fitted[0].name: _none(*fitted, today.holdout)} | told
        spend = _spend_if_back(*fitted, today.holdout)
    best = next(iter(told))
    customers = today.customers.with_columns(
        days_since_last_order=pl.Series(silent),
        is_lost=pl.Series(lost[GIVEN] > 0),
        probability_of_none=pl.Series(told[best]),
        spend_if_back=pl.Series(spend, nan_to_null=True),
        value_at_risk=pl.Series(told[best] * spend, nan_to_null=True),
        **{name: pl.Series(share) for name, share in (lost | told).items()},
    )
    return Outlook(evidence=evidence, customers=customers, ways=(*lost, *told), best=best)


def _mean_purchase(now: Holdout) -> Floats:
    """What each customer spent per purchase so far; nan for all where nobody ever came back."""
    if not now.repeats.any():
        return np.full(now.spend.shape, np.nan)
    return np.asarray(now.spend / now.purchases)


def _fitted(evidence: Evidence, now: Holdout, notify: Notify) -> Fitted | None:
    """The best model whose fit to all that is known is certified."""
    found = first_certified(evidence.choice.models, now.histories, lambda fit: notify(refusal_notice(fit)))
    if evidence.choice.models and found is None:
        notify(Notice("no-model-now", "no model could be fitted to all orders: Kaplan-Meier is used alone"))
    return found


def _none(model: PurchaseModel, fit: Fit, now: Holdout) -> Floats:
    told = model.probability_of_none(fit.parameters, now.histories, float(now.horizon_days))
    return np.asarray(told[now.places])


def _spend_if_back(model: PurchaseModel, fit: Fit, now: Holdout) -> Floats:
    """What each customer is expected to spend within the horizon, if there is a purchase at all.

    nan where a purchase is so unlikely that this cannot be told.
    """
    days = float(now.horizon_days)
    expected = model.expected_purchases(fit.parameters, now.histories, days)
    chance = 1 - model.probability_of_none(fit.parameters, now.histories, days)
    unknown = np.full(chance.shape, np.nan)
    purchases = np.divide(expected, chance, out=unknown, where=chance > HARDLY)[now.places]
    each = spend_model(now.repeats, now.repeat_spend).expected(now.repeats, now.repeat_spend)
    return np.asarray(purchases * each)


def churn_rows(outlook: Outlook, group: Groups) -> pl.DataFrame:
    """`CHURN.schema` of one way to group the customers; the errors are those of the whole shop."""
    shares = (
        group.members.join(outlook.customers, on="customer")
        .group_by("segment")
        .agg(
            pl.len().alias("customers"),
            # In one order and in one piece: the last digits of sums depend on both.
            pl.when(pl.col("value_at_risk").is_not_null().any())
            .then(pl.col("value_at_risk").sort_by("customer").sum())
            .alias("value_at_risk"),
            pl.col(outlook.ways).sort_by("customer").mean(),
        )
        .unpivot(
            index=["segment", "customers", "value_at_risk"],
            on=outlook.ways,
            variable_name="method",
            value_name="lost_rate",
        )
        .with_columns(value_at_risk=pl.when(method=outlook.best).then("value_at_risk"))
    )
    measured = pl.DataFrame([_measures(outlook.evidence, way) for way in outlook.ways])
    if not group.cut.is_whole:
        measured = measured.select("method", "window_days", "horizon_days")
    labels = pl.DataFrame(
        {"segment": list(group.cut.labels), "label": list(group.cut.labels.values())},
        schema={"segment": pl.Int32, "label": pl.String},
    )
    named = shares.join(labels, on="segment").join(measured, on="method", how="left")
    return _finished(named, group.cut.of_customers, outlook.ways)


def _finished(rows: pl.DataFrame, dimension: str, ways: Sequence[str]) -> pl.DataFrame:
    there = rows.with_columns(dimension=pl.lit(dimension), segment="label")
    missing = [pl.lit(None).alias(name) for name in CHURN.schema if name not in there.columns]
    order = pl.col("method").replace_strict(list(ways), range(len(ways)), return_dtype=pl.Int32)
    return (
        there.with_columns(missing)
        .sort("segment", order)
        .select(*CHURN.schema)
        .cast(CHURN.schema)
        .with_columns(pl.col(pl.Float64).fill_nan(None))
    )


def _measures(evidence: Evidence, way: str) -> dict[str, object]:
    """The columns of `CHURN` that say how good a way was at earlier moments."""
    said = evidence.said(way)
    known: dict[str, object] = {
        "method": way,
        "window_days": evidence.windows.get(way),
        "horizon_days": evidence.plan.horizon_days,
        "moments": len(evidence.compared),
        **error_rates(said),
    }
    if way in evidence.windows:
        gone, lost = said.lost_gone + said.active_gone, said.lost_gone + said.lost_back
        shares = {"expected_rate": lost / said.customers, "actual_rate": gone / said.customers}
        return known | shares | {"auc": evidence.silence_auc}
    pooled = evidence.scores.filter(pl.col("moment").is_null(), target=NONE, method=way)
    [score] = pooled.to_dicts()
    shares = {f"{part}_rate": score[part] / score["customers"] for part in ("expected", "actual")}
    names = ("auc", "brier", "skill", "log_loss", "calibration_error")
    return known | shares | {name: score[name] for name in names}
