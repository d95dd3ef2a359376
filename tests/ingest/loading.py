"""Helpers to write and load exports in one line, so that tests show their data beside the result."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wieder.config import InputFormat, OrderRules, Settings
from wieder.database import Connection, connect
from wieder.ingest import read_exports

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import BinaryIO

    from wieder.notices import Notice

HEADER = "order_id,customer_id,ordered_at,amount"


@dataclass(frozen=True)
class Loaded:
    """The staged tables of one load, and its notices."""

    con: Connection
    notices: list[Notice] = field(default_factory=list)

    @property
    def slugs(self) -> list[str]:
        return [notice.slug for notice in self.notices]

    def message(self, slug: str) -> str:
        return next(notice.message for notice in self.notices if notice.slug == slug)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.con.execute(query).fetchall()

    def orders(self, columns: str = "order_id") -> list[Any]:
        """Cells of the staged orders as text, in the order of the files; plain values for one column."""
        names = ", ".join(f"cast({name} as VARCHAR)" for name in columns.split(", "))
        rows = self.rows(f"select {names} from staged_orders order by rowid")
        return [row[0] if len(row) == 1 else row for row in rows]

    def rejects(self) -> list[tuple[int, str]]:
        return [
            (line, reason)
            for line, reason in self.rows("select line, reason from staged_rejects order by line")
        ]

    def account(self) -> tuple[int, ...]:
        """Rows read, rejected, left out and kept."""
        names = ("rows_read", "rows_rejected", "rows_left_out", "rows_kept")
        [row] = self.rows(
            f"select {', '.join(f'coalesce(sum({n}), 0)::BIGINT' for n in names)} from staged_files"
        )
        return row


def load(
    *sources: Path | str,
    where: str = "",
    columns: Mapping[str, str] | None = None,
    stdin: BinaryIO | None = None,
    known_files: frozenset[str] = frozenset(),
    con: Connection | None = None,
    formats: Mapping[str, dict[str, Any]] | None = None,
    **input_settings: Any,
) -> Loaded:
    """Reads `sources`, into a new database unless `con` is given; `input_settings` go to InputFormat."""
    settings = Settings(
        columns=dict(columns or {}),
        formats=dict(formats or {}),
        orders=OrderRules(where=where),
        input=InputFormat(**input_settings),
    )
    loaded = Loaded(con or connect())
    read_exports(loaded.con, [str(s) for s in sources], settings, stdin, loaded.notices.append, known_files)
    return loaded


def export(path: Path, *lines: str, header: str = HEADER) -> Path:
    """Writes an export of `lines` under `header`."""
    path.write_text("\n".join([header, *lines, ""]), "utf-8", newline="")
    return path
