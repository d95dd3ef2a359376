"""A shop's orders -> how much of a year's revenue comes again in the next one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from wieder.analyses.base import TableAnalysis, as_table, cut_rows
from wieder.analysis import find_currency, prepare
from wieder.database import frame, script
from wieder.errors import UsageError
from wieder.periods import PeriodKind
from wieder.tables.revenue_retention import (
    MART,
    REVENUE_RETENTION,
    YEAR_DAYS,
    periods_with_two_years,
    revenue_retention,
)

if TYPE_CHECKING:
    from wieder.analysis import Question
    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.kpis.base import Scope
    from wieder.notices import Notify

SEGMENTS = "select distinct first_segment as segment from customer_orders where customer is not null"


def analyse_revenue_retention(
    con: Connection, question: Question, settings: Settings, notify: Notify
) -> TableAnalysis:
    """NRR and GRR at the end of each period shown.

    Raises UsageError for days and weeks, whose years hardly differ, and what `analysis.prepare` raises.
    """
    if question.kind in {PeriodKind.DAY, PeriodKind.WEEK}:
        raise UsageError(
            f"--revenue compares years, which change little by {question.kind}",
            "use --period month or longer",
        )
    prepared = prepare(con, question, settings, notify)
    scope = replace(prepared.scope, periods=prepared.shown)
    mart, segments = revenue_mart(con, scope), frame(con, SEGMENTS)
    frames = [
        as_table(
            revenue_retention(cut_rows(mart, cut), cut_rows(segments, cut).unique(), scope),
            REVENUE_RETENTION,
            cut,
        )
        for cut in prepared.cuts
    ]
    return TableAnalysis(
        table=REVENUE_RETENTION,
        frame=pl.concat(frames),
        scope=scope,
        cuts=prepared.cuts,
        periods=prepared.shown,
        currency=settings.report.currency or find_currency(con),
    )


def revenue_mart(con: Connection, scope: Scope) -> pl.DataFrame:
    """`MART`, one query per period whose two years are known. Needs `building.prepare`."""
    year = timedelta(days=YEAR_DAYS)
    schema = pl.Schema({name: type_.polars for name, type_ in MART.items()})
    parts = []
    for number in periods_with_two_years(scope):
        stop = min(scope.periods[number].end, scope.as_of)
        span = {"start": stop - 2 * year, "middle": stop - year, "stop": stop}
        found = frame(con, script("revenue_years"), span)
        parts.append(found.select(pl.lit(number).alias("period"), pl.all()).cast(schema))
    return pl.concat([pl.DataFrame(schema=schema), *parts])
