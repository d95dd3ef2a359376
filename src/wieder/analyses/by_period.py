"""Tables about the customers of each period: their flow, and how revenue is spread over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from wieder.analyses.base import TableAnalysis, as_table, cut_rows
from wieder.analysis import find_currency, prepare
from wieder.asking import building
from wieder.marts.customer_periods import CUSTOMER_PERIODS
from wieder.tables.concentration import CONCENTRATION, LORENZ, concentration, lorenz_curve
from wieder.tables.flow import FLOW, customer_flow

if TYPE_CHECKING:
    from collections.abc import Callable

    from wieder.analysis import Question
    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.kpis.base import Scope
    from wieder.notices import Notify
    from wieder.tables.base import Table


def analyse_flow(con: Connection, question: Question, settings: Settings, notify: Notify) -> TableAnalysis:
    """Who is new, retained, reactivated or lost. Raises what `analysis.prepare` raises."""
    return _analyse(con, question, settings, notify, table=FLOW, tabulate=customer_flow)


def analyse_concentration(
    con: Connection, question: Question, settings: Settings, notify: Notify
) -> TableAnalysis:
    """Which part of the customers brings which share of revenue. Raises what `analysis.prepare` raises."""
    return _analyse(con, question, settings, notify, table=CONCENTRATION, tabulate=concentration)


def analyse_lorenz_curve(
    con: Connection, question: Question, settings: Settings, notify: Notify
) -> TableAnalysis:
    """The share of revenue of each percent of customers. Raises what `analysis.prepare` raises."""
    return _analyse(con, question, settings, notify, table=LORENZ, tabulate=lorenz_curve)


def _analyse(
    con: Connection,
    question: Question,
    settings: Settings,
    notify: Notify,
    *,
    table: Table,
    tabulate: Callable[[pl.DataFrame, Scope], pl.DataFrame],
) -> TableAnalysis:
    """`table` of the periods asked for, made from the mart `customer_periods` by `tabulate`."""
    prepared = prepare(con, question, settings, notify)
    scope = prepared.scope
    mart = building.build(con, scope.periods, [CUSTOMER_PERIODS])[CUSTOMER_PERIODS]
    frames = [as_table(tabulate(cut_rows(mart, cut), scope), table, cut) for cut in prepared.cuts]
    shown = pl.col("period_start").is_in([period.start for period in prepared.shown])
    return TableAnalysis(
        table=table,
        frame=pl.concat(frames).filter(shown),
        scope=scope,
        cuts=prepared.cuts,
        periods=prepared.shown,
        currency=settings.report.currency or find_currency(con),
    )
