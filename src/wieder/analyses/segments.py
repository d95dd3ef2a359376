"""How many customers are in each segment, and who moves between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import TYPE_CHECKING

import polars as pl

from wieder.analyses.base import TableAnalysis, as_table, cut_rows
from wieder.analyses.profiles import customer_profiles, prospects
from wieder.analysis import find_currency, prepare
from wieder.notices import Notice
from wieder.periods import Period, PeriodKind
from wieder.tables.moves import moves_between, moves_table, states
from wieder.tables.rfm import LEVELS
from wieder.tables.schemes import SCORES, SchemeName, assign, scheme_of
from wieder.tables.segments import segment_sizes, segments_table
from wieder.tables.thresholds import Thresholds, find_thresholds

if TYPE_CHECKING:
    from datetime import date

    from wieder.analysis import Question
    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.notices import Notify
    from wieder.tables.schemes import Scheme


@dataclass(frozen=True, kw_only=True)
class SegmentAnalysis(TableAnalysis):
    """A segment table, and what its customers were told apart by."""

    scheme: Scheme
    thresholds: Thresholds


@dataclass(frozen=True, kw_only=True)
class Told:
    """The customers of one moment, told apart."""

    customers: pl.DataFrame
    """One row per customer with a valid order (see `schemes.assign`)."""
    thresholds: Thresholds


def tell_apart(
    con: Connection, at: date, scheme: Scheme, settings: Settings, frozen: Thresholds | None
) -> Told:
    """Put the customers of the day `at` (exclusive) into segments. Needs `building.prepare`."""
    profiles = customer_profiles(con, at, settings.segments.lookback_days, scheme)
    thresholds = frozen or find_thresholds(profiles, at, settings.segments)
    return Told(customers=assign(profiles, scheme, thresholds), thresholds=thresholds)


def analyse_segments(
    con: Connection, question: Question, settings: Settings, frozen: Thresholds | None, notify: Notify
) -> SegmentAnalysis:
    """The size of every segment at as-of. Raises what `analysis.prepare` and `scheme_of` raise."""
    prepared = prepare(con, replace(question, kind=PeriodKind.ALL), settings, notify)
    scheme = scheme_of(settings.segments, prepared.scope.window_days)
    told = tell_apart(con, prepared.scope.as_of, scheme, settings, frozen)
    _notice_those_outside(con, told, notify)
    if scheme.name is SchemeName.RFM:
        _notice_levels(told, notify)
    notice_other_lookback(frozen, settings, notify)
    table = segments_table(scheme, settings.segments, frozen)
    frame = pl.concat(
        as_table(segment_sizes(cut_rows(told.customers, cut), scheme), table, cut) for cut in prepared.cuts
    )
    return SegmentAnalysis(
        table=table,
        frame=frame,
        scope=prepared.scope,
        cuts=prepared.cuts,
        periods=prepared.shown,
        currency=settings.report.currency or find_currency(con),
        scheme=scheme,
        thresholds=told.thresholds,
    )


def analyse_moves(
    con: Connection, question: Question, settings: Settings, frozen: Thresholds | None, notify: Notify
) -> SegmentAnalysis:
    """The moves in every period shown; without `since` and `until` in the last period only.

    Thresholds that are not frozen are found at the end of the last period. Raises what
    `analysis.prepare` and `scheme_of` raise.
    """
    prepared = prepare(con, question, settings, notify)
    scheme = scheme_of(settings.segments, prepared.scope.window_days)
    spans = [Period(shown.start, min(shown.end, prepared.scope.as_of)) for shown in prepared.shown]
    if question.since is None and question.until is None:
        spans = spans[-1:]
    notice_other_lookback(frozen, settings, notify)
    end = tell_apart(con, spans[-1].end, scheme, settings, frozen)
    days = [spans[0].start, *(span.end for span in spans[:-1])]
    earlier = (tell_apart(con, day, scheme, settings, end.thresholds) for day in days)
    known = [states(told.customers, scheme) for told in chain(earlier, [end])]
    table = moves_table(scheme, settings.segments, end.thresholds, spans)
    moves = [
        as_table(moves_between(before, cut_rows(after, cut), scheme, span), table, cut)
        for cut in prepared.cuts
        for (before, after), span in zip(pairwise(known), spans, strict=True)
    ]
    return SegmentAnalysis(
        table=table,
        frame=pl.concat(moves).sort(table.keys),
        scope=prepared.scope,
        cuts=prepared.cuts,
        periods=prepared.shown,
        currency=settings.report.currency or find_currency(con),
        scheme=scheme,
        thresholds=end.thresholds,
    )


def notice_other_lookback(frozen: Thresholds | None, settings: Settings, notify: Notify) -> None:
    """Say if frozen thresholds were found in another look-back than the one that is asked about."""
    asked = settings.segments.lookback_days
    if frozen is not None and frozen.lookback_days != asked:
        notify(
            Notice(
                "thresholds-lookback",
                f"the thresholds are of a look-back of {frozen.lookback_days} days, the customers of {asked}",
                f"--lookback {frozen.lookback_days} compares like with like; 0 means all orders",
            )
        )


def _notice_those_outside(con: Connection, told: Told, notify: Notify) -> None:
    outside = told.customers["place"].null_count()
    if outside:
        notify(
            Notice(
                "no-order-in-lookback",
                f"{outside} customers have no order in the look-back and are in no segment",
                "--lookback 0 counts all orders",
            )
        )
    without_order = prospects(con)
    if without_order:
        notify(Notice("prospects", f"{without_order} registered customers have no valid order yet"))


SCORED = {"recency_score": "R", "frequency_score": "F", "money_score": "M"}


def _notice_levels(told: Told, notify: Notify) -> None:
    """Say which scores have fewer than five levels because many customers have the same value."""
    levels = {name: told.customers[name].drop_nulls().n_unique() for name in SCORES}
    few = [f"{SCORED[name]} has {n} effective levels" for name, n in levels.items() if n < LEVELS]
    if few and any(levels.values()):
        reason = "many customers have the same value, and equal values have equal scores"
        notify(Notice("rfm-levels", f"{' and '.join(few)}: {reason}", _remedy(levels)))


def _remedy(levels: dict[str, int]) -> str:
    few_frequencies = levels["frequency_score"] < LEVELS
    return 'frequency = "fixed" in [segments] scores 1, 2, 3-4, 5-9, 10+ orders' if few_frequencies else ""
