"""Rejected rows: those that are still open, and files in which they can be mended and loaded again."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from wieder.database import frame
from wieder.errors import DataError, UsageError
from wieder.exports import EXPORTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from wieder.database import Connection


@dataclass(frozen=True, kw_only=True)
class Mendable:
    """The rejected rows of one file, as they were read."""

    text: str
    """The header and the rows: CSV in UTF-8, to be mended and loaded."""
    rows: int
    lines_of_kept_orders: int
    """Rejected rows missing from `text`: other lines of their orders were kept, and would be replaced."""


@dataclass(frozen=True, kw_only=True)
class _Reject:
    """One rejected row."""

    load: int
    file: str
    line: int
    raw: str
    order_load: int | None
    """The load that has the order of this row; None if the order is not in the store."""

    @property
    def is_open(self) -> bool:
        """Whether no later load has the order."""
        return self.order_load is None or self.order_load <= self.load


def rejected_rows(con: Connection, *, settled: bool = False) -> pl.DataFrame:
    """One row per reason why a row was rejected, by load, file and line: the columns of `rejects`.

    Rows whose order was loaded since, because they were mended, are included only
    if `settled` is true.
    """
    if not settled:
        _note_settled(con, [reject for reject in _rejects(con) if not reject.is_open])
    hidden = "" if settled else " anti join settled_rejects using (load, file, line)"
    listed = frame(con, f"from rejects{hidden} order by load, file, line, column_name")
    con.execute("drop table if exists temp.settled_rejects")
    return listed


def mendable(con: Connection, name: str) -> Mendable:
    """The open rejected rows of the file `name`, from the last of its loads that has some.

    Raises UsageError unless exactly one loaded file has that name, DataError if
    none of its rows is open, or if they would replace rows that were kept.
    """
    file = _file(con, name)
    _refuse_replacing(con, file)
    rejects = [reject for reject in _rejects(con) if reject.file == file and reject.is_open]
    if not rejects:
        raise DataError(
            f"{file}: no rejected row is left to be mended", "`wieder rejects` lists all that are"
        )
    last = max(reject.load for reject in rejects)
    chosen = [reject for reject in rejects if reject.load == last]
    apart = [reject for reject in chosen if reject.order_load != last]
    columns, delimiter, _ = _layouts(con)[last, file]
    lines = [_line(columns, delimiter), *(reject.raw for reject in apart)]
    return Mendable(
        text="".join(f"{line}\n" for line in lines),
        rows=len(apart),
        lines_of_kept_orders=len(chosen) - len(apart),
    )


def _file(con: Connection, name: str) -> str:
    files = [file for (file,) in con.execute("select distinct file from loads order by file").fetchall()]
    found = [file for file in files if file == name] or [f for f in files if PurePath(f).name == name]
    if len(found) != 1:
        known = ", ".join(files[-10:])
        raise UsageError(f"--mend {name}: {len(found)} loaded files have this name", f"use one of {known}")
    return str(found[0])


def _refuse_replacing(con: Connection, file: str) -> None:
    """Raises DataError if the rows of the file replace all others with the same values in some columns."""
    found = con.execute("select distinct table_name from loads where file = $file", {"file": file}).fetchall()
    for (table,) in found:
        replaces = EXPORTS[table].replaces if table in EXPORTS else ()
        if replaces:
            shared = " and ".join(replaces)
            raise DataError(
                f"{file}: mended rows of {table} would replace all others with the same {shared}",
                "mend them in the file itself, and load the whole file again",
            )


def _rejects(con: Connection) -> list[_Reject]:
    """Every rejected row once, however many reasons it has."""
    layouts = _layouts(con)
    rows = con.execute(
        "select distinct on (load, file, line) load, file, line, raw from rejects order by load, file, line"
    ).fetchall()
    ids = [_order_id(raw, layouts.get((load, file))) for load, file, _, raw in rows]
    loads = _loads_of_orders(con, sorted({order_id for order_id in ids if order_id}))
    return [
        _Reject(load=load, file=file, line=line, raw=raw, order_load=loads.get(order_id))
        for (load, file, line, raw), order_id in zip(rows, ids, strict=True)
    ]


Layout = tuple[list[str], str, int | None]
"""The columns of a file, its delimiter, and the index of its order id (None if it has none)."""


def _layouts(con: Connection) -> dict[tuple[int, str], Layout]:
    if not con.execute("select 1 from duckdb_tables() where table_name = 'profiles'").fetchall():
        return {}
    rows = con.execute(
        "select load, file, columns, delimiter, case when table_name = 'orders' then names['order_id'] end"
        " from profiles"
    ).fetchall()
    return {
        (load, file): (columns, delimiter or ",", columns.index(name) if name in columns else None)
        for load, file, columns, delimiter, name in rows
    }


def _order_id(raw: str, layout: Layout | None) -> str:
    """The order id of a rejected row, or an empty text if it cannot be read."""
    if layout is None or layout[2] is None:
        return ""
    try:
        cells = next(csv.reader(io.StringIO(raw, newline=""), delimiter=layout[1]), [])
    except csv.Error:
        return ""
    return cells[layout[2]].strip() if len(cells) > layout[2] else ""


def _loads_of_orders(con: Connection, ids: Sequence[str]) -> dict[str, int]:
    rows = con.execute(
        "select order_id, load from orders semi join (select unnest($ids::VARCHAR[]) as order_id)"
        " using (order_id)",
        {"ids": list(ids)},
    ).fetchall()
    return dict(rows)


def _note_settled(con: Connection, rejects: Sequence[_Reject]) -> None:
    con.execute("create or replace temp table settled_rejects (load INTEGER, file VARCHAR, line BIGINT)")
    columns: list[list[Any]] = [[getattr(one, name) for one in rejects] for name in ("load", "file", "line")]
    con.execute("insert into settled_rejects select unnest(?), unnest(?), unnest(?)", columns)


def _line(cells: Sequence[str], delimiter: str) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="").writerow(cells)
    return line.getvalue()
