"""What trials of forecasts were made of, and how often the rule of churn was wrong then: without models."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from wieder.analyses.base import TableAnalysis
from wieder.analyses.forecast_notices import plan_notice
from wieder.analyses.trials import USUAL, plan_trials, trials
from wieder.analysis import find_currency, prepare
from wieder.database import frame, script
from wieder.models.churn_rule import verdicts
from wieder.periods import PeriodKind
from wieder.tables.churn import CHOSEN, GIVEN, rule_rows, rules_table
from wieder.tables.holdouts import holdout_row, holdouts_table, with_shares
from wieder.windows import holdout_moments, weigh_windows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wieder.analyses.trials import Plan, Trial, TrialRules
    from wieder.analysis import Prepared, Question
    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.kpis.base import Scope
    from wieder.models.churn_rule import Verdicts
    from wieder.notices import Notify
    from wieder.tables.base import Table


def analyse_holdouts(
    con: Connection, question: Question, settings: Settings, notify: Notify, rules: TrialRules = USUAL
) -> TableAnalysis:
    """The table `HOLDOUTS`. Raises what `analysis.prepare` and `plan_trials` raise."""
    prepared = _prepare(con, question, settings, notify)
    plan = plan_trials(prepared.scope, rules)
    notify(plan_notice(plan, rules))
    found = with_shares(pl.concat(holdout_counts(con, trial) for trial in trials(con, plan)))
    table = holdouts_table(plan.moments, plan.horizon_days)
    return _as_analysis(con, found, table, prepared, settings)


def analyse_churn_rules(
    con: Connection, question: Question, settings: Settings, notify: Notify, rules: TrialRules = USUAL
) -> TableAnalysis:
    """The table `RULES`. Raises what `analysis.prepare` and `plan_trials` raise."""
    prepared = _prepare(con, question, settings, notify)
    plan = plan_trials(prepared.scope, rules)
    notify(plan_notice(plan, rules))
    windows = rule_windows(frame(con, script("purchase_pairs")), prepared.scope, plan)
    said = [
        (trial.moment, windows[name], one)
        for trial in trials(con, plan)
        for name, one in rule_verdicts(trial, windows).items()
    ]
    table = rules_table(plan.moments, sorted({*windows.values()}), plan.horizon_days)
    return _as_analysis(con, rule_rows(said, plan.horizon_days), table, prepared, settings)


def holdout_counts(con: Connection, trial: Trial) -> pl.DataFrame:
    """What a trial is made of: one row, all counts of `HOLDOUTS`."""
    unseen = frame(con, script("holdout_counts"), {"until": trial.moment, "horizon_end": trial.end})
    return pl.concat([holdout_row(trial.customers, trial.moment, trial.end), unseen], how="horizontal")


def rule_windows(pairs: pl.DataFrame, scope: Scope, plan: Plan) -> dict[str, int]:
    """The window that was given, and that which would have told best at earlier moments, where there is one.

    `pairs` are the rows of sql/purchase_pairs.sql.
    """
    moments = holdout_moments(scope.history_start, scope.as_of, plan.horizon_days)
    chosen = weigh_windows(pairs, moments, plan.horizon_days)
    return {GIVEN: scope.window_days} | ({CHOSEN: chosen.window_days} if chosen else {})


def rule_verdicts(trial: Trial, windows: Mapping[str, int]) -> dict[str, Verdicts]:
    """What the rule says of all customers of a trial, by each of the windows."""
    silent = (trial.moment - trial.customers["last_day"]).dt.total_days().to_numpy()
    is_gone = (trial.customers["future_days"] == 0).to_numpy()
    return {name: verdicts(silent > days, is_gone) for name, days in windows.items()}


def _prepare(con: Connection, question: Question, settings: Settings, notify: Notify) -> Prepared:
    return prepare(con, replace(question, kind=PeriodKind.ALL, by=()), settings, notify)


def _as_analysis(
    con: Connection, found: pl.DataFrame, table: Table, prepared: Prepared, settings: Settings
) -> TableAnalysis:
    return TableAnalysis(
        table=table,
        frame=found,
        scope=prepared.scope,
        cuts=prepared.cuts,
        periods=prepared.shown,
        currency=settings.report.currency or find_currency(con),
    )
