"""What customers do from one purchase to the next: gaps and the sequence of purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from wieder.analyses.base import TableAnalysis
from wieder.analysis import find_currency, prepare
from wieder.asking import building
from wieder.database import frame, script
from wieder.tables.gaps import gap_rows, gap_table
from wieder.tables.sequence import sequence_rows, sequence_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from wieder.analysis import Prepared, Question
    from wieder.asking.compute import Cut
    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.notices import Notify
    from wieder.tables.base import Table

    Rows = Callable[[pl.DataFrame, int, Cut], pl.DataFrame]

POOLED_FROM = 10
"""From which number on purchases usually are one row."""


def analyse_gaps(
    con: Connection, question: Question, last: int, settings: Settings, notify: Notify
) -> TableAnalysis:
    """The gaps after each purchase of the customers whose first order lies in the question's span.

    Purchases from the `last` on are one row. Raises what `analysis.prepare` raises.
    """
    prepared = prepare(con, question, settings, notify)
    return _analysis(con, prepared, settings, last, rows=gap_rows, table=gap_table(last))


def analyse_sequence(
    con: Connection, question: Question, last: int, settings: Settings, notify: Notify
) -> TableAnalysis:
    """The purchases in sequence of the customers whose first order lies in the question's span.

    Purchases from the `last` on are one row. Raises what `analysis.prepare` raises.
    """
    prepared = prepare(con, question, settings, notify)
    return _analysis(con, prepared, settings, last, rows=sequence_rows, table=sequence_table(last))


def _analysis(
    con: Connection, prepared: Prepared, settings: Settings, last: int, *, rows: Rows, table: Table
) -> TableAnalysis:
    building.set_periods(con, prepared.shown)
    con.execute(script(f"purchases_by_{settings.orders.occasion}"))
    span = {"since": prepared.shown[0].start, "until": prepared.shown[-1].end}
    mart = frame(con, script("purchase_mart"), {"last": last, **span})
    return TableAnalysis(
        table=table,
        frame=pl.concat([rows(mart, last, cut) for cut in prepared.cuts]),
        scope=prepared.scope,
        cuts=prepared.cuts,
        periods=prepared.shown,
        currency=settings.report.currency or find_currency(con),
    )
