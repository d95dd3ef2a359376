"""Rejected rows with line, column, value and reason, and a check that every line is accounted for."""

from __future__ import annotations

import csv
import io
import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wieder.database import Connection, script
from wieder.errors import DataError
from wieder.exports.base import CUSTOMER_ID, ColumnType
from wieder.exports.names import fold, shortened
from wieder.ingest.cell_readers import DateReader
from wieder.ingest.preflight import QUOTE_REMEDY
from wieder.ingest.readers import column_type
from wieder.ingest.reading import scan
from wieder.ingest.rows import DIFFERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wieder.ingest.layout import File, Layout
    from wieder.ingest.preflight import OpenedFile
    from wieder.ingest.rows import Form

DIGITS_OF_DATE, DIGITS_OF_NUMBER = 6, 1
"""Fewest digits of a date (1.1.2024) and of a number."""


@dataclass(frozen=True, kw_only=True)
class Broken:
    """One row that does not match the header."""

    line: int
    """First line of the row, from 1."""
    reason: str
    message: str
    raw: str


@dataclass(frozen=True, kw_only=True)
class RowLines:
    """First lines of the rows of a file, from 1."""

    starts: Sequence[int]
    """First lines of all rows, including broken ones, in ascending order."""
    broken: Sequence[int]
    """First lines of the broken rows, in ascending order."""

    def line(self, row: int) -> int:
        """First physical line of the good row number `row`, from 1."""
        index = row - 1
        while True:
            skipped = bisect_right(self.broken, self.starts[index])
            if index == row - 1 + skipped:
                return self.starts[index]
            index = row - 1 + skipped


def row_lines(file: OpenedFile, layout: Layout, n_good: int, broken: Sequence[Broken]) -> RowLines:
    """First lines of the rows of `file`. Raises DataError if their number differs from the rows read."""
    starts: Sequence[int] = range(layout.header_lines + 1, file.n_lines + 1)
    if len(starts) != n_good + len(broken):
        starts = _second_reading(file, layout)
    if len(starts) != n_good + len(broken):
        raise DataError(
            f"{file.name}: the file has {len(starts):,} rows, but {n_good + len(broken):,} were read",
            QUOTE_REMEDY,
        )
    return RowLines(starts=starts, broken=sorted(row.line for row in broken))


def _second_reading(file: OpenedFile, layout: Layout) -> Sequence[int]:
    """First line of each row according to Python's CSV reader, without blank lines."""
    starts = array("Q")
    with file.path.open(encoding="utf-8-sig", newline="") as opened:
        reader = csv.reader(opened, delimiter=layout.delimiter)
        before = 0
        try:
            for row in reader:
                if row and before >= layout.header_lines:
                    starts.append(before + 1)
                    if reader.line_num > before + 1:
                        refuse_swallowed_rows(file, layout, before + 1, row)
                before = reader.line_num
        except csv.Error as error:
            raise DataError(f"{file.name}, line {before + 1}: a cell is too long", QUOTE_REMEDY) from error
    return starts


def cells_of(file: OpenedFile, layout: Layout, line: int, raw: str) -> list[str]:
    """The cells of a broken row, as far as they can be separated. Raises DataError for a cell without end."""
    try:
        reader = csv.reader(io.StringIO(raw, newline=""), delimiter=layout.delimiter)
        return [cell for row in reader for cell in row]
    except csv.Error as error:
        raise DataError(f"{file.name}, line {line}: a cell is too long", QUOTE_REMEDY) from error


def refuse_swallowed_rows(file: OpenedFile, layout: Layout, line: int, cells: Sequence[str]) -> None:
    """Raises DataError if a cell contains whole rows because of a missing closing quotation mark."""
    for cell in cells:
        inner = cell.splitlines()[1:]
        if any(_looks_like_row(text, layout) for text in inner):
            raise DataError(f"{file.name}, line {line}: one cell contains the rows after it", QUOTE_REMEDY)


def _looks_like_row(text: str, layout: Layout) -> bool:
    """Whether a line has as many cells as the header, with a key, a date and a number in their places."""
    cells = text.split(layout.delimiter)
    if len(cells) < max(len(layout.header), 3):
        return False
    if layout.is_list_of_keys:
        key = cells[layout.position(layout.required[0])].strip()
        return len(cells) == len(layout.header) and key != "" and " " not in key
    fewest = {layout.export.day: DIGITS_OF_DATE, layout.export.amount: DIGITS_OF_NUMBER}
    digits = {
        place.name: sum(character.isdigit() for character in cells[place.position])
        for place in layout.canonical
    }
    return all(digits.get(name, least) >= least for name, least in fewest.items())


FOOTER = re.compile(
    r"(?:grand |sub)?totals?\b|sum\b|(?:gesamt|zwischen|end)?summe\b|(?:ins)?gesamt\b|seller id\b"
    r"|[\d.,]+ (?:records?|rows?|orders?|customers?|datensätze|zeilen|bestellungen|kunden)\b",
    re.IGNORECASE,
)
"""Start of a cell that marks its row as a summary of the rows above."""


def non_record(layout: Layout, cells: Sequence[str | None]) -> tuple[str, str] | None:
    """Reason and message for a rejected row that is not a record; None for one that should be corrected."""
    texts = [(cell or "").strip() for cell in cells]
    if not any(texts):
        return "blank-row", "all cells of the row are empty"
    if [fold(text) for text in texts] == [fold(name) for name in layout.header]:
        return "repeated-header", "the row repeats the names of the columns"
    label = next((text for text in texts if FOOTER.match(text)), None)
    places = [layout.position(name) for name in _identifying_columns(layout)]
    keys = [texts[place] for place in places if place < len(texts)]
    if label and all(not key or FOOTER.match(key) for key in keys):
        return "footer", f"{shortened(label)!r}: the row summarises the rows above it"
    return None


def _identifying_columns(layout: Layout) -> list[str]:
    """Canonical keys and day, which in a footer are empty or contain its label."""
    is_key = {column.name for column in layout.export.columns if column.type is ColumnType.KEY}
    return [
        place.name for place in layout.canonical if place.name in is_key or place.name == layout.export.day
    ]


BROKEN = {
    "MISSING COLUMNS": ("too-few-cells", "the row has fewer cells than the header"),
    "TOO MANY COLUMNS": ("too-many-cells", "the row has more cells than the header"),
    "UNQUOTED VALUE": (
        "broken-quotes",
        "a quotation mark is not closed, or is in the middle of a cell",
    ),
    "LINE SIZE OVER MAXIMUM": ("row-too-long", "the row exceeds the maximum length"),
}
"""DuckDB's error for a row that does not match the header -> reason and message."""

OFFSET = re.compile(r"\d\d:\d\d.*(Z|[A-Z]{3,4}|[+-]\d\d:?\d\d)$")
"""A time of day with a time zone."""

TOO_PRECISE = re.compile(r"[.,]\d{4}\d*[1-9]\s*$")

DATE_FORMS: dict[str, str] = {
    DateReader.ISO: "YYYY-MM-DD", DateReader.YMD: "YYYY-MM-DD", DateReader.TYPED: "YYYY-MM-DD",
    DateReader.OFFSET: "YYYY-MM-DD hh:mm:ss+hh:mm", DateReader.INSTANT: "YYYY-MM-DD",
    DateReader.DOTS: "DD.MM.YYYY", DateReader.DMY: "DD/MM/YYYY", DateReader.MDY: "MM/DD/YYYY",
}  # fmt: skip


def broken_rows(con: Connection, files: Sequence[OpenedFile], layout: Layout) -> list[list[Broken]]:
    """For each of `files`, the rows that DuckDB put into `broken_rows`, by line.

    Raises DataError if such a row contains others.
    """
    found: list[list[Broken]] = [[] for _ in files]
    [(any_broken,)] = con.execute(
        "select count(*) from duckdb_tables() where table_name = 'broken_rows'"
    ).fetchall()
    if not any_broken:
        return found
    rows = con.execute(script("ingest/broken")).fetchall()
    for index, file in enumerate(files):
        mine = [row for row in rows if row[0] == index]
        starts = _lines_at(file, [position - 1 for _, position, *_ in mine])
        for start, (_, _, kind, message, raw) in zip(starts, mine, strict=True):
            text = raw.lstrip("\r\n")
            line = start + raw[: len(raw) - len(text)].count("\n")
            cells = cells_of(file, layout, line, text)
            refuse_swallowed_rows(file, layout, line, [*cells, text])
            reason, meaning = non_record(layout, cells) or BROKEN.get(kind, ("unreadable-row", message))
            found[index].append(Broken(line=line, reason=reason, message=meaning, raw=text.rstrip("\r\n")))
    return found


def drop_broken(con: Connection) -> None:
    """Drops DuckDB's tables of broken rows, so that the next batch starts anew."""
    for table in ("broken_rows", "ignored_rows"):
        con.execute(f"drop table if exists temp.{table}")
        con.execute(f"drop table if exists temp.{table}_scans")


def _lines_at(file: OpenedFile, positions: Sequence[int]) -> Iterator[int]:
    """Line of each byte position; positions must ascend."""
    line, before = 1, 0
    if not positions:
        return
    with file.path.open("rb") as opened:
        for position in positions:
            line += opened.read(position - before).count(b"\n")
            before = position
            yield line


def add_broken(con: Connection, file: OpenedFile, broken: Sequence[Broken]) -> None:
    """Adds rows that do not match the header to `staged_rejects`."""
    _add(con, [(file.name, row.line, None, None, row.reason, row.message, row.raw) for row in broken])


def add_unfit(con: Connection, form: Form, file: File, lines: RowLines | None) -> None:
    """Adds the rows of a file that have a fault to `staged_rejects`; their cells are read again.

    `lines` is None for Parquet, where the row number replaces the line.
    """
    layout = form.layout
    cells = ", ".join(layout.raw_cell(position) for position in range(len(layout.header)))
    template = (
        script("ingest/faults").replace("{table}", f"staged_{layout.export.name}").replace("{cells}", cells)
    )
    rows = scan(layout, [file.opened]).query(con, template, file_number=file.number)
    _add(
        con,
        [
            (
                file.opened.name,
                lines.line(row) if lines else row,
                *_reason(form, fault, cells),
                _as_csv(layout, cells),
            )
            for row, fault, *cells in rows
        ],
    )


def _reason(form: Form, fault: str, cells: Sequence[str | None]) -> tuple[str | None, str | None, str, str]:
    """Column and value at fault, reason and message."""
    layout = form.layout
    if stray := non_record(layout, cells):
        return None, None, *stray
    name, _, kind = fault.partition(" ")
    if not layout.has(name):
        return (
            None,
            None,
            "amount-too-precise",
            "quantity times unit_price has more than four decimals or is too large",
        )
    value = cells[layout.position(name)]
    return layout.header[layout.position(name)], value, *_cell_reason(form, name, kind, value)


def _cell_reason(form: Form, name: str, kind: str, value: str | None) -> tuple[str, str]:
    slug, layout = name.replace("_", "-"), form.layout
    if kind == DIFFERS and name == CUSTOMER_ID:
        return "order-two-customers", "the rows of this order name more than one customer"
    if kind == DIFFERS:
        return f"{slug}-differs", f"the rows of this order have different values in {name}"
    if value is None or not value.strip() or column_type(layout, name) is ColumnType.KEY:
        return f"{slug}-empty", f"there is no {name} in this row"
    if column_type(layout, name).is_date:
        return _date_reason(slug, value, _date_form(form, name))
    return _number_reason(slug, value)


def _date_form(form: Form, name: str) -> str:
    """Form of the dates in a column."""
    if form.layout.preparation.has(name):
        return f"of {form.layout.format}"
    return DATE_FORMS[form.readers[name]]


def _date_reason(slug: str, value: str, expected: str) -> tuple[str, str]:
    shown = shortened(value)
    if OFFSET.search(value):
        return f"{slug}-with-offset", f"{shown!r} has a time zone in an unknown form"
    return f"{slug}-unreadable", f"{shown!r} is not a date from 1980 to 2099 in the form {expected}"


def _number_reason(slug: str, value: str) -> tuple[str, str]:
    shown = shortened(value)
    if TOO_PRECISE.search(value):
        return f"{slug}-too-precise", f"{shown!r} has more than four decimals"
    return f"{slug}-unreadable", f"{shown!r} is not a number in the format of this column, or is too large"


def _as_csv(layout: Layout, cells: Sequence[str | None]) -> str:
    """The row as a line of CSV with the delimiter of its file, to be corrected and loaded again."""
    line = io.StringIO()
    csv.writer(line, delimiter=layout.delimiter or ",", lineterminator="").writerow(cells)
    return line.getvalue()


def _add(con: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        con.execute(f"insert into staged_rejects select {', '.join(['unnest(?)'] * len(columns))}", columns)
