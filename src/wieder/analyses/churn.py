"""Who will not come back: by the rule, by a model, and by Kaplan-Meier, with their errors so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from wieder.analyses.base import TableAnalysis
from wieder.analyses.churn_trials import gather_evidence, waiting_probability
from wieder.analyses.forecast_notices import refusal_notice
from wieder.analyses.groups import Groups, customer_groups, everybody
from wieder.analyses.pseudonyms import pseudonyms
from wieder.analyses.trials import USUAL, Plan, TrialRules, trial
from wieder.analysis import find_currency, prepare
from wieder.asking import building
from wieder.asking.compute import compute
from wieder.database import frame, script
from wieder.kpis.retention import churn_rate
from wieder.marts.customer_periods import CUSTOMER_PERIODS
from wieder.marts.purchases import PURCHASES
from wieder.models.purchase_models import first_certified
from wieder.models.spend import spend_model
from wieder.notices import Notice, unheard
from wieder.periods import PeriodKind
from wieder.tables.backtest import NONE
from wieder.tables.churn import CHURN, CHURN_LIST, GIVEN, KAPLAN_MEIER, error_rates, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from wieder.analyses.backtest import Backtest
    from wieder.analyses.churn_trials import Evidence
    from wieder.analyses.groups import Grouping
    from wieder.analyses.trials import Trial
    from wieder.analysis import Question
    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.kpis.base import Scope
    from wieder.models.fitting import Fit
    from wieder.models.holdout import Holdout
    from wieder.models.purchase_model import PurchaseModel
    from wieder.notices import Notify

    Floats = NDArray[np.float64]
    Fitted = tuple[PurchaseModel, Fit]

HARDLY = 1e-9
"""Where a purchase is less likely than this, what it would bring is not known."""


@dataclass(frozen=True, kw_only=True)
class ChurnAnalysis(TableAnalysis):
    """The table `CHURN`, and the evidence behind it."""

    evidence: Evidence


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """The customers at as-of, and what is expected of them."""

    evidence: Evidence
    customers: pl.DataFrame
    """One row per customer: the columns of `purchase_histories`, those of `tables.churn.CHURN_LIST`,
    `is_lost` by the given window, and one column per way, from 0 (active) to 1 (lost)."""
    ways: tuple[str, ...]
    """The columns of the ways: the windows, the model if there is one, Kaplan-Meier."""
    best: str
    """The way that `value_at_risk` is by: the model, or Kaplan-Meier without one."""


def analyse_churn(
    con: Connection,
    question: Question,
    settings: Settings,
    notify: Notify,
    *,
    grouping: Grouping | None = None,
    rules: TrialRules = USUAL,
) -> ChurnAnalysis:
    """The three ways side by side, for the shop and for each group that is asked for.

    `question.kind` is the period that makes a cohort. Raises what
    `analysis.prepare`, `plan_trials` and `customer_groups` raise.
    """
    prepared = prepare(con, replace(question, kind=PeriodKind.ALL), settings, notify)
    groups = customer_groups(con, prepared, question, grouping, settings)
    outlook = _look_ahead(con, prepared.scope, rules, notify)
    return ChurnAnalysis(
        table=CHURN,
        frame=pl.concat(_churn_rows(outlook, group) for group in groups),
        scope=prepared.scope,
        cuts=tuple(group.cut for group in groups),
        periods=prepared.shown,
        currency=settings.report.currency or find_currency(con),
        evidence=outlook.evidence,
    )


def churn_of_shop(
    con: Connection, scope: Scope, tested: Backtest, fitted: Fitted | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`CHURN.schema` and `RULES.schema` of the whole shop, by the fits of a back-test and at its moments.

    `fitted` is the best model and its certified fit to all orders, where that is
    known already. Says nothing: the back-test has. Needs the connection as
    `backtest` left it.
    """
    plan = tested.plan
    rules = TrialRules(
        horizon_days=plan.horizon_days,
        n_moments=len(plan.moments),
        most_customers=plan.most_customers,
    )
    pairs = frame(con, script("purchase_pairs"))
    evidence = gather_evidence(con, scope, pairs, rules, unheard, fits=tested.fits)
    today = _today(con, scope, evidence)
    outlook = _outlook(evidence, pairs, today, fitted or _fitted(evidence, today.holdout, unheard))
    return _churn_rows(outlook, everybody(outlook.customers)), outlook.evidence.rules


def analyse_churn_list(
    con: Connection,
    question: Question,
    settings: Settings,
    notify: Notify,
    *,
    which: str,
    rules: TrialRules = USUAL,
    key: bytes | None = None,
) -> ChurnAnalysis:
    """The customers on the list `which`; with a `key`, under pseudonyms. Raises like `analyse_churn`."""
    prepared = prepare(con, replace(question, kind=PeriodKind.ALL, by=()), settings, notify)
    outlook = _look_ahead(con, prepared.scope, rules, notify)
    keys = frame(con, "select customer, customer_key from customer_keys")
    customers = outlook.customers.join(keys, on="customer", how="left").rename({"purchase_days": "purchases"})
    rows = listed(customers, which)
    if key is not None:
        rows = rows.with_columns(pseudonyms(rows["customer_key"], key))
    return ChurnAnalysis(
        table=CHURN_LIST,
        frame=rows,
        scope=prepared.scope,
        cuts=prepared.cuts,
        periods=prepared.shown,
        currency=settings.report.currency or find_currency(con),
        evidence=outlook.evidence,
    )


def _look_ahead(con: Connection, scope: Scope, rules: TrialRules, notify: Notify) -> Outlook:
    """The evidence, and what follows from it for the customers at as-of. Needs `analysis.prepare`."""
    pairs = frame(con, script("purchase_pairs"))
    evidence = gather_evidence(con, scope, pairs, rules, notify)
    today = _today(con, scope, evidence)
    return _outlook(evidence, pairs, today, _fitted(evidence, today.holdout, notify))


def _today(con: Connection, scope: Scope, evidence: Evidence) -> Trial:
    """The customers at as-of, of whom nothing later is known."""
    return trial(con, scope.as_of, Plan(horizon_days=evidence.plan.horizon_days, moments=(scope.as_of,)))


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


def _churn_rows(outlook: Outlook, group: Groups) -> pl.DataFrame:
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


@dataclass(frozen=True, kw_only=True)
class ChurnRates:
    """The KPI `churn_rate` over time."""

    results: pl.DataFrame
    """`results.SCHEMA`, of the periods that were asked for; the whole shop first, then the segments."""
    kind: PeriodKind


def analyse_churn_rates(
    con: Connection, question: Question, settings: Settings, notify: Notify
) -> ChurnRates:
    """The churn rate of each period: who was active at its start and is not at its end.

    Raises what `analysis.prepare` raises.
    """
    prepared = prepare(con, question, settings, notify)
    mart = building.build(con, prepared.scope.periods, [PURCHASES, CUSTOMER_PERIODS])
    found = pl.concat(compute(mart, prepared.scope, [churn_rate], cut) for cut in prepared.cuts)
    starts = [period.start for period in prepared.shown]
    return ChurnRates(results=found.filter(pl.col("period_start").is_in(starts)), kind=question.kind)
