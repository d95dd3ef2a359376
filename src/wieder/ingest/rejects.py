"""Rows that are refused: each with its line, its column, its value, and why."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

from wieder.database import Connection, script
from wieder.exports.canonical import ColumnType
from wieder.ingest.date_readers import DateReader
from wieder.ingest.names import shortened
from wieder.ingest.non_records import non_record
from wieder.ingest.readers import column_type
from wieder.ingest.reading import scan
from wieder.ingest.rows import TWO_CUSTOMERS, WHOLE
from wieder.ingest.structure import Broken, cells_of, refuse_swallowed_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wieder.ingest.layout import Layout
    from wieder.ingest.preflight import Export
    from wieder.ingest.rows import Form
    from wieder.ingest.structure import RowLines

BROKEN = {
    "MISSING COLUMNS": ("too-few-cells", "the row has fewer cells than the header"),
    "TOO MANY COLUMNS": ("too-many-cells", "the row has more cells than the header"),
    "UNQUOTED VALUE": (
        "broken-quotes",
        "a quote is opened and not closed, or stands in the middle of a cell",
    ),
    "LINE SIZE OVER MAXIMUM": ("row-too-long", "the row is longer than a row can be"),
}
"""What DuckDB calls a row without the form of the header -> our reason and message."""

OFFSET = re.compile(r"\d\d:\d\d.*(Z|[A-Z]{3,4}|[+-]\d\d:?\d\d)$")
"""A time of day with a time zone."""

TOO_PRECISE = re.compile(r"[.,]\d{4}\d*[1-9]\s*$")

DATE_FORMS: dict[str, str] = {
    DateReader.ISO: "YYYY-MM-DD", DateReader.YMD: "YYYY-MM-DD", DateReader.TYPED: "YYYY-MM-DD",
    DateReader.OFFSET: "YYYY-MM-DD hh:mm:ss+hh:mm", DateReader.INSTANT: "YYYY-MM-DD",
    DateReader.DOTS: "DD.MM.YYYY", DateReader.DMY: "DD/MM/YYYY", DateReader.MDY: "MM/DD/YYYY",
}  # fmt: skip

STAGED_REJECTS = (
    "create or replace temp table staged_rejects (file VARCHAR, line BIGINT, column_name VARCHAR,"
    " value VARCHAR, reason VARCHAR, message VARCHAR, raw VARCHAR)"
)


def broken_rows(con: Connection, exports: Sequence[Export], layout: Layout) -> list[list[Broken]]:
    """For each of `exports` the rows that DuckDB put into `broken_rows`, by line.

    Raises DataError if such a row swallows others.
    """
    found: list[list[Broken]] = [[] for _ in exports]
    [(any_broken,)] = con.execute(
        "select count(*) from duckdb_tables() where table_name = 'broken_rows'"
    ).fetchall()
    if not any_broken:
        return found
    rows = con.execute(script("ingest/ingest_broken")).fetchall()
    for index, export in enumerate(exports):
        mine = [row for row in rows if row[0] == index]
        starts = _lines_at(export, [position - 1 for _, position, *_ in mine])
        for start, (_, _, kind, message, raw) in zip(starts, mine, strict=True):
            text = raw.lstrip("\r\n")
            line = start + raw[: len(raw) - len(text)].count("\n")
            cells = cells_of(export, layout, line, text)
            refuse_swallowed_rows(export, layout, line, [*cells, text])
            reason, meaning = non_record(layout, cells) or BROKEN.get(kind, ("unreadable-row", message))
            found[index].append(Broken(line=line, reason=reason, message=meaning, raw=text.rstrip("\r\n")))
    return found


def drop_broken(con: Connection) -> None:
    """Forgets what DuckDB noted about broken rows, so that the next batch starts anew."""
    for table in ("broken_rows", "ignored_rows"):
        con.execute(f"drop table if exists temp.{table}")
        con.execute(f"drop table if exists temp.{table}_scans")


def _lines_at(export: Export, positions: Sequence[int]) -> Iterator[int]:
    """The line in which each byte position lies; positions ascend."""
    line, before = 1, 0
    if not positions:
        return
    with export.path.open("rb") as file:
        for position in positions:
            line += file.read(position - before).count(b"\n")
            before = position
            yield line


def add_broken(con: Connection, export: Export, broken: Sequence[Broken]) -> None:
    """Adds rows without the form of the header to `staged_rejects`."""
    _add(con, [(export.name, row.line, None, None, row.reason, row.message, row.raw) for row in broken])


def add_unfit(con: Connection, form: Form, export: Export, file_number: int, lines: RowLines | None) -> None:
    """Adds the rows of a file that have a fault to `staged_rejects`; the file is read once more for them.

    `lines` is None for Parquet, where a row has a number and no line.
    """
    layout = form.layout
    cells = ", ".join(layout.raw_cell(position) for position in range(len(layout.header)))
    template = (
        script("ingest/ingest_faults").replace("{table}", f"staged_{layout.table}").replace("{cells}", cells)
    )
    rows = scan(layout, [export]).query(con, template, file_number=file_number)
    _add(
        con,
        [
            (
                export.name,
                lines.line(row) if lines else row,
                *_reason(form, fault, cells),
                _as_csv(layout, cells),
            )
            for row, fault, *cells in rows
        ],
    )


def _reason(form: Form, fault: int, cells: Sequence[str | None]) -> tuple[str | None, str | None, str, str]:
    """Column and value at fault, the reason and the message."""
    layout = form.layout
    if stray := non_record(layout, cells):
        return None, None, *stray
    name = _column_at_fault(form, fault)
    if not layout.has(name):
        return (
            None,
            None,
            "amount-too-precise",
            "quantity times price has more than four decimals or is too large",
        )
    value = cells[layout.position(name)]
    return layout.header[layout.position(name)], value, *_cell_reason(form, fault, name, value)


def _cell_reason(form: Form, fault: int, name: str, value: str | None) -> tuple[str, str]:
    slug, layout = name.replace("_", "-"), form.layout
    if fault == TWO_CUSTOMERS:
        return "order-two-customers", "the rows of this order name more than one customer"
    if fault > TWO_CUSTOMERS:
        return f"{slug}-differs", f"the rows of this order have different values of {name}"
    if value is None or not value.strip() or column_type(layout, name) is ColumnType.KEY:
        return f"{slug}-empty", f"there is no {name} in this row"
    if column_type(layout, name) is ColumnType.TIMESTAMP:
        return _date_reason(value, _date_form(form, name))
    return _number_reason(slug, value)


def _column_at_fault(form: Form, fault: int) -> str:
    if fault == TWO_CUSTOMERS:
        return "customer_id"
    return form.checked[fault - 1] if fault < TWO_CUSTOMERS else WHOLE[fault - TWO_CUSTOMERS - 1]


def _date_form(form: Form, name: str) -> str:
    """How the dates of a column are written."""
    if form.layout.preparation.has(name):
        return f"that {form.layout.format} has"
    return DATE_FORMS[form.readers[name]]


def _date_reason(value: str, written: str) -> tuple[str, str]:
    shown = shortened(value)
    if OFFSET.search(value):
        return "ordered-at-with-offset", f"{shown!r} has a time zone of a form that is not known"
    return "ordered-at-unreadable", f"{shown!r} is no date from 1980 to 2099 of the form {written}"


def _number_reason(slug: str, value: str) -> tuple[str, str]:
    shown = shortened(value)
    if TOO_PRECISE.search(value):
        return f"{slug}-too-precise", f"{shown!r} has more than four decimals"
    return f"{slug}-unreadable", f"{shown!r} is no number in the format of this column, or too large"


def _as_csv(layout: Layout, cells: Sequence[str | None]) -> str:
    """The row as a line of CSV in the delimiter of its file, to be mended and read again."""
    line = io.StringIO()
    csv.writer(line, delimiter=layout.delimiter or ",", lineterminator="").writerow(cells)
    return line.getvalue()


def _add(con: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        con.execute(f"insert into staged_rejects select {', '.join(['unnest(?)'] * len(columns))}", columns)
