"""Cohorts of a shop, from its canonical tables to the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from wieder import marts
from wieder.analyses.base import TableAnalysis
from wieder.analysis import find_currency, prepare
from wieder.database import frame, script
from wieder.errors import UsageError
from wieder.periods import PeriodKind
from wieder.tables.cohorts import cohort_cells, cohort_table

if TYPE_CHECKING:
    from wieder.analysis import Question
    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.kpis.base import Scope
    from wieder.notices import Notify
    from wieder.tables.cohort_rules import CohortRules


def analyse_cohorts(
    con: Connection, question: Question, rules: CohortRules, settings: Settings, notify: Notify
) -> TableAnalysis:
    """The cohorts that the question asks for: by period of the first order, or by segment.

    Raises what `analysis.prepare` raises, and UsageError if time is not cut.
    """
    if question.kind is PeriodKind.ALL:
        raise UsageError("--period all makes no cohorts", "choose week, month, quarter or year")
    prepared = prepare(con, question, settings, notify)
    mart = cohort_mart(con, prepared.scope, rules)
    cells = [cohort_cells(mart, prepared.scope, prepared.shown, rules, cut) for cut in prepared.cuts]
    return TableAnalysis(
        table=cohort_table(rules),
        frame=pl.concat(cells),
        scope=prepared.scope,
        cuts=prepared.cuts,
        currency=settings.report.currency or find_currency(con),
    )


def cohort_mart(con: Connection, scope: Scope, rules: CohortRules) -> pl.DataFrame:
    """The mart that the cells are computed from (see sql/cohort_mart.sql). Needs `analysis.prepare`."""
    marts.set_periods(con, scope.periods)
    return frame(con, script("cohort_mart"), {"step_days": rules.step_days})
