"""Stores and their contents, for the tests of the store."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from wieder.config import Settings
from wieder.store.file import LoadReport, load, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.notices import Notice

LOADED_AT = datetime(2024, 6, 1, 12, tzinfo=UTC)
HEADER = "order_id,customer_id,ordered_at,amount,status,channel\n"
JANUARY = HEADER + "1,A,2024-01-01,10.00,paid,web\n2,B,2024-01-31,20.00,paid,app\n"
FEBRUARY = HEADER + "2,B,2024-01-31,25.00,paid,app\n3,C,2024-02-01,30.00,paid,web\n"


def export(path: Path, text: str) -> str:
    path.write_text(text, "utf-8")
    return str(path)


def run(db: Path, *sources: str, notices: list[Notice] | None = None) -> LoadReport:
    notify = (lambda _: None) if notices is None else notices.append
    return load(db, sources, Settings(), None, LOADED_AT, notify)


def orders(db: Path) -> list[tuple[Any, ...]]:
    with closing(open_store(db)) as con:
        return con.execute(
            "select order_id, cast(amount as INTEGER) from orders order by order_id"
        ).fetchall()


def contents(db: Path) -> list[str]:
    return sorted(path.name for path in db.parent.iterdir())
