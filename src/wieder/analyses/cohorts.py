"""Cohorts of a shop, from its canonical tables to the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from wieder.analyses.base import TableAnalysis
from wieder.analysis import find_currency, prepare, warn_of_unknown_past
from wieder.asking import building
from wieder.errors import UsageError
from wieder.periods import PeriodKind
from wieder.tables.cohorts import cohort_cells, cohort_table

if TYPE_CHECKING:
    from wieder.analysis import Question
    from wieder.config import Settings
    from wieder.database import Connection
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
    warn_of_unknown_past(con, prepared, settings, notify)
    building.set_periods(con, prepared.scope.periods)
    mart = building.cohort_ages(con, rules.step_days)
    cells = [cohort_cells(mart, prepared.scope, prepared.shown, rules, cut) for cut in prepared.cuts]
    return TableAnalysis(
        table=cohort_table(rules),
        frame=pl.concat(cells),
        scope=prepared.scope,
        cuts=prepared.cuts,
        periods=prepared.scope.periods,
        currency=settings.report.currency or find_currency(con),
    )
