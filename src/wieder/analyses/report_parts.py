"""What a report shows beside the KPIs, from the tables that the analysis of the KPIs has left behind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from wieder.analyses.base import as_table, cut_rows
from wieder.analyses.changes import changes_of
from wieder.analyses.churn import churn_of_shop
from wieder.analyses.expectations import foresee
from wieder.analyses.groups import FIRST_ORDERS, everybody
from wieder.analyses.lifetime_value import side_by_side
from wieder.analyses.segments import tell_apart
from wieder.asking.compute import WHOLE
from wieder.asking.results import SCHEMA
from wieder.database import frame, script
from wieder.models.kaplan_meier import Waits
from wieder.notices import Notice
from wieder.periods import Period, PeriodKind
from wieder.report.inputs import ChangesInput, SegmentInput, TableInput
from wieder.tables.backtest import SCORES
from wieder.tables.churn import CHURN, rules_table
from wieder.tables.flow import FLOW, customer_flow
from wieder.tables.lifetime_value import LIFETIME_VALUE, Measure
from wieder.tables.moves import moves_between, moves_table, states
from wieder.tables.schemes import scheme_of
from wieder.tables.segments import segment_sizes, segments_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from wieder.analyses.expectations import Expectations
    from wieder.analyses.segments import Told
    from wieder.analysis import Analysis
    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.kpis.base import Scope
    from wieder.notices import Notify
    from wieder.tables.schemes import Scheme


@dataclass(frozen=True, kw_only=True)
class ReportParts:
    """The analyses of a report."""

    changes: ChangesInput
    flow: TableInput
    waits: tuple[Waits, ...]
    customer_segments: SegmentInput
    churn: tuple[TableInput, ...]
    """The ways to tell who will not come back, and their errors; none where nothing can be forecast."""
    value: tuple[TableInput, ...]
    """The three values of customers, and the back-test of forecasts."""


def report_parts(con: Connection, by_period: Analysis, settings: Settings, notify: Notify) -> ReportParts:
    """The parts, for the periods of `by_period`, which must be the last that was analysed on `con`."""
    expected = _expected(con, by_period, settings, notify)
    return ReportParts(
        changes=_changes(by_period),
        flow=_flow(by_period),
        waits=_waits(con, by_period.shown_span),
        customer_segments=_segments(con, by_period, settings),
        churn=() if expected is None else tuple(_churn(con, by_period.scope, expected)),
        value=tuple(_value(con, by_period, settings, expected)),
    )


MOST_FORESEEN = 200_000
"""Forecasts for more customers take longer than all the rest of a report: they are made if asked for."""


def _expected(con: Connection, analysis: Analysis, settings: Settings, notify: Notify) -> Expectations | None:
    """What is expected of customers; None where it is not wanted, or not known."""
    wanted = settings.report.forecasts
    [(n_customers,)] = con.execute("select count(*) from first_orders").fetchall()
    if wanted == "auto" and n_customers > MOST_FORESEEN:
        message = f"the report has no forecasts, as there are {n_customers:,} customers"
        remedy = (
            'forecasts = "always" in [report] makes them; `wieder clv` and `wieder churn` show them alone'
        )
        notify(Notice("no-forecasts-in-report", message, remedy, {"n": n_customers}))
        return None
    return None if wanted == "never" else foresee(con, analysis.scope, settings.forecast, notify)


def _changes(analysis: Analysis) -> ChangesInput:
    found = changes_of(analysis)
    return ChangesInput(changes=found.changes, parts=found.parts)


def _flow(analysis: Analysis) -> TableInput:
    mart = cut_rows(analysis.customer_periods, WHOLE)
    flow = as_table(customer_flow(mart, analysis.scope), FLOW, WHOLE)
    starts = [period.start for period in analysis.shown]
    return TableInput(table=FLOW, frame=flow.filter(pl.col("period_start").is_in(starts)))


def _waits(con: Connection, span: Period) -> tuple[Waits, ...]:
    rows = con.execute(script("first_waits"), {"since": span.start, "until": span.end}).fetchall()
    return tuple(Waits(days=days, events=events, censored=censored) for days, events, censored in rows)


def _churn(con: Connection, scope: Scope, expected: Expectations) -> Iterator[TableInput]:
    known = expected.fitted
    fitted = (known.model, known.fit) if known else None
    ways, rules = churn_of_shop(con, scope, expected.tested, fitted)
    yield TableInput(table=CHURN, frame=ways)
    plan, windows = expected.tested.plan, sorted(rules["window_days"].unique())
    yield TableInput(table=rules_table(plan.moments, windows, plan.horizon_days), frame=rules)


def _value(
    con: Connection, analysis: Analysis, settings: Settings, expected: Expectations | None
) -> Iterator[TableInput]:
    """The factors of the formula are left out: the report has them as an equation."""
    last = pl.col("period_start") == analysis.shown[-1].start
    formula = analysis.results.filter(last, dimension="", kpi=Measure.FORMULA).select(*SCHEMA)
    whole = everybody(frame(con, FIRST_ORDERS))
    values = side_by_side(con, formula, (whole,), expected, settings.forecast.margin)
    yield TableInput(table=LIFETIME_VALUE, frame=values.filter(pl.col("measure") != Measure.MARGIN))
    if expected is not None:
        yield TableInput(table=SCORES, frame=expected.tested.scores)


def _segments(con: Connection, analysis: Analysis, settings: Settings) -> SegmentInput:
    """The segments at the end of what is shown, and the moves of its last period."""
    scheme = scheme_of(settings.segments, analysis.scope.window_days)
    last = Period(analysis.shown[-1].start, analysis.shown_span.end)
    end = tell_apart(con, last.end, scheme, settings, None)
    return SegmentInput(
        scheme=scheme,
        thresholds=end.thresholds,
        sizes=_sizes(end, last.end, scheme, settings),
        moves=None if analysis.question.kind is PeriodKind.ALL else _moves(con, end, last, scheme, settings),
    )


def _sizes(end: Told, at: date, scheme: Scheme, settings: Settings) -> TableInput:
    table = segments_table(scheme, settings.segments, end.thresholds)
    sizes = segment_sizes(cut_rows(end.customers, WHOLE), scheme)
    witness = table.witness.replace("(select as_of from scope)", f"date '{at}'")
    return TableInput(table=replace(table, witness=witness), frame=as_table(sizes, table, WHOLE))


def _moves(con: Connection, end: Told, last: Period, scheme: Scheme, settings: Settings) -> TableInput:
    begin = tell_apart(con, last.start, scheme, settings, end.thresholds)
    table = moves_table(scheme, settings.segments, end.thresholds, [last])
    after = cut_rows(states(end.customers, scheme), WHOLE)
    moves = moves_between(states(begin.customers, scheme), after, scheme, last)
    return TableInput(table=table, frame=as_table(moves, table, WHOLE))
