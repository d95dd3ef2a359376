"""Small shops from literal rows, and their results, for tests of everything above the store."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from staging import order, stage
from wieder.analysis import Analysis, Question, analyse
from wieder.config import OrderRules, Retention, Settings
from wieder.database import connect
from wieder.merging import merge
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wieder.database import Connection
    from wieder.notices import Notice

LOADED_AT = datetime(2026, 1, 1, tzinfo=UTC)
TODAY = date(2030, 1, 1)


def shop(rows: Iterable[tuple[Any, ...]], customers: Sequence[Mapping[str, str]] = ()) -> Connection:
    """A shop from `(order_id, customer, when, amount[, further columns as a dict])`."""
    con = connect()
    orders = [order(row[0], row[1], row[2], str(row[3]), **(row[4] if len(row) > 4 else {})) for row in rows]
    stage(
        con, {"orders.csv": orders}, {"customers.csv": [dict(row) for row in customers]} if customers else {}
    )
    merge(con, LOADED_AT)
    return con


def silent(notice: Notice) -> None:
    """Take a notice and say nothing."""


def settings(*, window: int = 180, occasion: Any = "order") -> Settings:
    """The settings that tests turn."""
    return Settings(orders=OrderRules(occasion=occasion), retention=Retention(window_days=window))


def ask(
    con: Connection, kind: PeriodKind = PeriodKind.ALL, options: Settings | None = None, **question: Any
) -> Analysis:
    """The analysis of a shop; dates may be ISO texts."""
    for name in ("as_of", "since", "until"):
        if isinstance(question.get(name), str):
            question[name] = date.fromisoformat(question[name])
    return analyse(con, Question(kind=kind, today=TODAY, **question), options or settings(), silent)


def row_of(
    results: pl.DataFrame, kpi: str, start: str | None = None, segment: str = "", dimension: str = ""
) -> dict[str, Any]:
    """The one result of a KPI for the period that begins at `start`, or for the only period."""
    found = results.filter(kpi=kpi, segment=segment, dimension=dimension)
    if start:
        found = found.filter(pl.col("period_start") == date.fromisoformat(start))
    assert found.height == 1, f"{kpi}: {found.height} rows"
    return found.row(0, named=True)
