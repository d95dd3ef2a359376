"""A shop's orders -> the flow of its customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from wieder import marts
from wieder.analyses.base import TableAnalysis, as_table, cut_rows
from wieder.analysis import find_currency, prepare
from wieder.kpis.base import Grain
from wieder.tables.flow import FLOW, customer_flow

if TYPE_CHECKING:
    from wieder.analysis import Question
    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.notices import Notify


def flow_of_customers(
    con: Connection, question: Question, settings: Settings, notify: Notify
) -> TableAnalysis:
    """The flow of customers in the periods asked for. Raises what `analysis.prepare` raises."""
    prepared = prepare(con, question, settings, notify)
    scope = prepared.scope
    grains = [Grain.CUSTOMER_PERIODS]
    mart = marts.build(con, scope.periods, grains)[Grain.CUSTOMER_PERIODS]
    frames = [as_table(customer_flow(cut_rows(mart, cut), scope), FLOW, cut) for cut in prepared.cuts]
    shown = pl.col("period_start").is_in([period.start for period in prepared.shown])
    return TableAnalysis(
        table=FLOW,
        frame=pl.concat(frames).filter(shown),
        scope=scope,
        cuts=prepared.cuts,
        currency=settings.report.currency or find_currency(con),
    )
