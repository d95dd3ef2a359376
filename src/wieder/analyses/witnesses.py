"""Every analysis table of a shop once more, by its witness."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import polars as pl

from wieder.analyses.by_period import analyse_concentration, analyse_flow, analyse_lorenz_curve
from wieder.analyses.cohorts import analyse_cohorts
from wieder.analyses.customers import Audience, analyse_customers
from wieder.analyses.purchases import POOLED_FROM, analyse_gaps, analyse_sequence
from wieder.analyses.revenue_retention import analyse_revenue_retention
from wieder.analyses.segments import analyse_moves, analyse_segments
from wieder.analyses.trial_tables import analyse_churn_rules, analyse_holdouts
from wieder.analyses.trials import has_room_for_trials
from wieder.asking import building
from wieder.errors import DataError
from wieder.notices import unheard
from wieder.periods import PeriodKind, period_at
from wieder.tables.cohort_rules import Age, CohortRules, Mode
from wieder.verify import verify_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wieder.analyses.base import TableAnalysis
    from wieder.analysis import Analysis, Question
    from wieder.asking.compute import Cut
    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.verify import Verification

SHORT_PERIODS = {PeriodKind.DAY, PeriodKind.WEEK}
"""At the end of which a whole year is not looked at again."""


def table_verifications(con: Connection, analysis: Analysis, settings: Settings) -> tuple[Verification, ...]:
    """Every table for the question of `analysis`, in all periods of its scope, against the witnesses.

    `con` is the connection that the analysis was made with. Tables that need
    periods are cut by months where the question cuts no time. Which customers
    are told apart, and how, is as in `settings`, with thresholds of as-of.
    Nothing is said: the analysis has.
    """
    return tuple(
        verification
        for found in _tables(con, analysis, settings)
        for verification in _verifications(con, found)
    )


def _verifications(con: Connection, found: TableAnalysis) -> Iterator[Verification]:
    building.set_periods(con, found.periods)
    for cut in found.cuts:
        yield verify_table(con, _of_cut(found, cut), found.table, cut)


def _of_cut(found: TableAnalysis, cut: Cut) -> pl.DataFrame:
    if "dimension" not in found.table.keys:
        return found.frame
    return found.frame.filter(pl.col("dimension").eq("") == cut.is_whole)


def _tables(con: Connection, analysis: Analysis, settings: Settings) -> Iterator[TableAnalysis]:
    asked = analysis.question
    whole = replace(asked, kind=PeriodKind.ALL)
    by_period = _in_all_periods(asked)
    by_time = (
        _in_all_periods(replace(asked, kind=PeriodKind.MONTH)) if asked.kind is PeriodKind.ALL else by_period
    )
    yield analyse_flow(con, by_time, settings, unheard)
    yield analyse_concentration(con, by_period, settings, unheard)
    yield analyse_lorenz_curve(con, by_period, settings, unheard)
    if by_time.kind not in SHORT_PERIODS:
        yield analyse_revenue_retention(con, by_time, settings, unheard)
    if period_at(analysis.scope.history_start, by_time.kind).end <= analysis.scope.as_of:
        yield from _cohorts(con, replace(by_time, incomplete=False), settings)
    yield analyse_gaps(con, whole, POOLED_FROM, settings, unheard)
    yield analyse_sequence(con, whole, POOLED_FROM, settings, unheard)
    yield analyse_segments(con, whole, settings, None, unheard)
    yield analyse_moves(con, by_time, settings, None, unheard)
    yield analyse_customers(con, by_time, settings, Audience(), unheard)
    if has_room_for_trials(analysis.scope):
        yield from _trials(con, whole, settings)


def _in_all_periods(question: Question) -> Question:
    if question.kind is PeriodKind.ALL:
        return question
    return replace(question, since=None, until=None, incomplete=True)


def _cohorts(con: Connection, question: Question, settings: Settings) -> Iterator[TableAnalysis]:
    for age, mode in product(Age, Mode):
        rules = CohortRules(kind=question.kind, age=age, mode=mode, by_period=not question.by)
        yield analyse_cohorts(con, question, rules, settings, unheard)


def _trials(con: Connection, question: Question, settings: Settings) -> Sequence[TableAnalysis]:
    """The tables of trials; none where no customer was known at one of the moments."""
    try:
        return [
            analyse(con, question, settings, unheard) for analyse in (analyse_holdouts, analyse_churn_rules)
        ]
    except DataError:
        return ()
