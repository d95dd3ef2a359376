"""Choice of a reader for each column of each file."""

from __future__ import annotations

import csv
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.errors import AmbiguousError, DataError, SettingChoice
from wieder.exports.base import ColumnType
from wieder.exports.names import shortened
from wieder.ingest.cell_readers import (
    DATE_COUNTS,
    KEY_COUNTS,
    NUMBER_COUNTS,
    DateCounts,
    DateReader,
    KeyCounts,
    KeyReader,
    NumberCounts,
    NumberReader,
)
from wieder.ingest.preflight import Kind, OpenedFile
from wieder.ingest.reading import explained, require_time_zone, scan
from wieder.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.ingest.layout import Layout
    from wieder.ingest.preflight import OpenedFile
    from wieder.notices import Notify


@dataclass(frozen=True, kw_only=True)
class Column:
    """One canonical column of one file."""

    con: Connection
    layout: Layout
    file: OpenedFile
    name: str
    """The canonical name."""

    @property
    def position(self) -> int:
        """Position of the column, from 0."""
        return self.layout.position(self.name)

    @property
    def cell(self) -> str:
        """SQL for a cell as text."""
        return self.layout.cell(self.name)

    def count(self, tests: Sequence[str]) -> list[int]:
        """Counts the cells that are not empty, then the cells that pass each test.

        A test is SQL in which `{0}` stands for the cell.
        """
        counts = [f"count(*) filter (where {test.format(self.cell)})" for test in tests]
        query = f"select count({self.cell}), {', '.join(counts)} from {{scan}}"
        with explained([self.file]):
            [row] = scan(self.layout, [self.file]).query(self.con, query)
        return list(row)

    def example(self, test: str) -> str:
        """File, line, column and value of the first cell that passes `test`."""
        raw = self.layout.raw_cell(self.position)
        query = f"select {raw} from {{scan}} where {test.format(self.cell)} limit 1"
        [[value]] = scan(self.layout, [self.file]).query(self.con, query)
        line = ""
        if self.file.kind is Kind.TEXT:
            with suppress(csv.Error):
                line = f", line {self._line(value)}"
        header = shortened(self.layout.header[self.position])
        return f"{self.file.name}{line}, column {header}: {shortened(value)!r}"

    def _line(self, value: str) -> int:
        """First line, from 1, of the first row with `value` in this column."""
        with self.file.path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=self.layout.delimiter)
            before = 0
            for row in reader:
                if before >= self.layout.header_lines and value in row[self.position : self.position + 1]:
                    break
                before = reader.line_num
        return before + 1


def count_rows(
    con: Connection, layout: Layout, files: Sequence[OpenedFile], tests: Sequence[str]
) -> list[list[int]]:
    """Counts, for each file, its rows, then the rows that pass each test.

    All files are read in a single pass.
    """
    counts = [f"count(*) filter (where {test})" for test in tests]
    query = f"select file_index, {', '.join(['count(*)', *counts])} from {{scan}} group by file_index"
    with explained(files):
        rows = scan(layout, files).query(con, query)
    found = {index: list(row) for index, *row in rows}
    return [found.get(index, [0] * (len(counts) + 1)) for index in range(len(files))]


Reader = KeyReader | NumberReader | DateReader

PLAIN: dict[ColumnType, tuple[Reader, str]] = {
    ColumnType.KEY: (KeyReader.PLAIN, "is_plain_key({0})"),
    ColumnType.TIMESTAMP: (DateReader.ISO, "is_iso_date({0})"),
    ColumnType.DAY: (DateReader.ISO, "is_iso_date({0})"),
    ColumnType.MONEY: (NumberReader.PLAIN, "is_plain_number({0})"),
    ColumnType.NUMBER: (NumberReader.PLAIN, "is_plain_number({0})"),
}
"""Type -> the reader of unambiguous columns, and the test that all their cells pass."""

FORMS: dict[Reader, str] = {
    NumberReader.POINT: "decimal point", NumberReader.COMMA: "decimal comma",
    DateReader.ISO: "year first", DateReader.YMD: "year first", DateReader.TYPED: "year first",
    DateReader.OFFSET: "year first", DateReader.INSTANT: "year first",
    DateReader.DOTS: "day first", DateReader.DMY: "day first", DateReader.MDY: "month first",
}  # fmt: skip
"""Notation of each reader, for a notice about files with different notations."""

WIDER: dict[Reader, Reader] = {
    KeyReader.PLAIN: KeyReader.CLEAN,
    NumberReader.PLAIN: NumberReader.POINT,
    DateReader.ISO: DateReader.YMD,
}
"""Reader -> a reader with the same meaning that accepts more cells, so that files can be read together."""


def choose_readers(  # noqa: PLR0917  (files, columns and their context)
    con: Connection,
    layout: Layout,
    files: Sequence[OpenedFile],
    columns: Sequence[str],
    settings: Settings,
    notify: Notify,
) -> list[dict[str, Reader]]:
    """Chooses, for each of `files`, which share `layout`, the reader of each of `columns`.

    Raises DataError if no reader fits most cells of a column, AmbiguousError if
    two readers fit with different meanings.
    """
    chosen: list[dict[str, Reader]] = [{} for _ in files]
    plain = _plain_files(con, layout, files, columns)
    for name in columns:
        kind = column_type(layout, name)
        plain_reader, _ = PLAIN[kind]
        mark = settings.input.decimal if kind.is_number else ""
        undecided = [index for index in range(len(files)) if mark or index not in plain[name]]
        found = [Column(con=con, layout=layout, file=files[index], name=name) for index in undecided]
        decided = dict(zip(undecided, _decide(found, settings, notify), strict=True)) if found else {}
        for index, readers in enumerate(chosen):
            readers[name] = decided.get(index, plain_reader)
        _widen(chosen, name)
    return chosen


def _plain_files(
    con: Connection, layout: Layout, files: Sequence[OpenedFile], columns: Sequence[str]
) -> dict[str, set[int]]:
    """Column -> indices of the files in which every cell passes the test of the plain reader."""
    text = [name for name in columns if _is_looked_at(layout, name)]
    tests = []
    for name in text:
        cell, (_, test) = layout.cell(name), PLAIN[column_type(layout, name)]
        tests += [f"{cell} is not null", test.format(cell)]
    rows = count_rows(con, layout, files, tests)
    plain: dict[str, set[int]] = {name: set() for name in columns}
    for place, name in enumerate(text):
        plain[name] = {index for index, row in enumerate(rows) if row[1 + 2 * place] == row[2 + 2 * place]}
    return plain


def _is_looked_at(layout: Layout, name: str) -> bool:
    """Whether the cells decide on the reader; in typed columns of Parquet, except keys, the type does."""
    return layout.is_text(name) or column_type(layout, name) is ColumnType.KEY


def column_type(layout: Layout, name: str) -> ColumnType:
    """Type of the canonical column `name`."""
    return layout.export.column(name).type


def _decide(columns: Sequence[Column], settings: Settings, notify: Notify) -> list[Reader]:
    """Chooses the readers for the same column in several files."""
    kind = column_type(columns[0].layout, columns[0].name)
    if kind is ColumnType.KEY:
        return _decide_keys(columns, notify)
    if not columns[0].layout.is_text(columns[0].name):
        return [_typed(column, kind, settings) for column in columns]
    if kind.is_date:
        return _decide_dates(columns, settings, notify)
    return [_decide_number(column, settings.input.decimal) for column in columns]


def _typed(column: Column, kind: ColumnType, settings: Settings) -> Reader:
    """The reader for a column that is not text: from a Parquet file, or converted by a format."""
    if column.layout.preparation.has(column.name):
        return _decide_prepared_dates(column)
    if kind.is_number:
        return NumberReader.POINT
    duckdb_type = column.layout.types[column.position]
    where = f"{column.file.name}, column {column.layout.header[column.position]}"
    if "WITH TIME ZONE" in duckdb_type:
        require_time_zone(settings, f"{where}: the times have a time zone, not that of the shop")
        return DateReader.INSTANT
    if not duckdb_type.startswith(("TIMESTAMP", "DATE")):
        raise DataError(
            f"{where}: the type {duckdb_type} is not a date", "export it as a date, a timestamp or text"
        )
    return DateReader.TYPED


def _decide_prepared_dates(column: Column) -> Reader:
    """The reader for dates in the form given by a format. Raises DataError if most cells do not have it."""
    raw = column.layout.raw_cell(column.position)
    _, cells, misfits = column.count((f"{raw} is not null", f"{raw} is not null and {{0}} is null"))
    _refuse_misfits(column, misfits, cells, DateReader.TYPED)
    return DateReader.TYPED


def _decide_number(column: Column, mark: str) -> NumberReader:
    counts = NumberCounts(*column.count(NUMBER_COUNTS))
    reader = counts.reader(mark or column.layout.decimal)
    if reader is None:
        raise AmbiguousError(
            f"{column.example('is_ambiguous_number({0})')} may have a decimal mark or a thousands separator",
            "choose --decimal point or --decimal comma",
            (SettingChoice(("input", "decimal"), mark) for mark in ("point", "comma")),
        )
    _refuse_misfits(column, counts.cells - counts.fitting(reader), counts.cells, reader)
    return reader


def _decide_dates(columns: Sequence[Column], settings: Settings, notify: Notify) -> list[Reader]:
    counts = [DateCounts(*column.count(DATE_COUNTS)) for column in columns]
    for column, count in zip(columns, counts, strict=True):
        if count.offsets and not settings.input.time_zone:
            example = column.example("offset_instant({0}) is not null")
            require_time_zone(settings, f"{example} has a time zone, which may differ from that of the shop")
    readers = [count.reader(settings.input.dates) for count in counts]
    proven = {reader for reader in readers if reader in {DateReader.DMY, DateReader.MDY}}
    doubtful = [column for column, reader in zip(columns, readers, strict=True) if reader is None]
    contradictory = any(c.contradictory for c, reader in zip(counts, readers, strict=True) if reader is None)
    if doubtful and (len(proven) != 1 or contradictory):
        raise AmbiguousError(
            f"{doubtful[0].example('date_dmy({0}) <> date_mdy({0})')} may have the day or the month first",
            "choose --dates dmy or --dates mdy",
            (SettingChoice(("input", "dates"), order) for order in ("dmy", "mdy")),
        )
    if doubtful:
        message = (
            f"dates in {_files(doubtful)} are read with the {_order(*proven)} first, as in the other files"
        )
        names = tuple(column.file.name for column in doubtful)
        values = {"variant": _order(*proven), "files": names}
        notify(
            Notice("dates-by-other-files", message, "set the order with --dates dmy or --dates mdy", values)
        )
    chosen: list[Reader] = []
    for column, count, reader in zip(columns, counts, readers, strict=True):
        final = reader or next(iter(proven))
        _refuse_misfits(column, count.cells - count.fitting(final), count.cells, final)
        chosen.append(final)
    return chosen


def _order(reader: Reader) -> str:
    return "day" if reader is DateReader.DMY else "month"


def _decide_keys(columns: Sequence[Column], notify: Notify) -> list[Reader]:
    counts = [KeyCounts(*column.count(KEY_COUNTS)) for column in columns]
    for column, count in zip(columns, counts, strict=True):
        if count.exponents:
            raise DataError(
                f"{column.example('is_exponent_key({0})')} is a key truncated by a spreadsheet",
                "export the file again, and do not open it in a spreadsheet",
            )
    readers = [count.reader() for count in counts]
    _notify_of_keys(columns, counts, readers, notify)
    return list(readers)


def _notify_of_keys(
    columns: Sequence[Column],
    counts: Sequence[KeyCounts],
    readers: Sequence[KeyReader],
    notify: Notify,
) -> None:
    name = columns[0].layout.header[columns[0].position]
    where = f"column {name} of {_files(columns)}"
    shortened_keys = sum(
        c.floats for c, reader in zip(counts, readers, strict=True) if reader is KeyReader.FLOAT
    )
    left = sum(c.floats for c, reader in zip(counts, readers, strict=True) if reader is not KeyReader.FLOAT)
    remarks = {
        "keys-padded": (sum(c.padded for c in counts), "keys had surrounding blanks, which were removed"),
        "keys-null-word": (
            sum(c.null_words for c in counts),
            "cells contain a word such as NULL and count as empty",
        ),
        "keys-float-suffix": (shortened_keys, "keys such as 17850.0 are read as 17850"),
        "keys-float-mixed": (left, "keys end in .0 and others do not: they are left unchanged"),
    }
    for slug, (number, message) in remarks.items():
        if number:
            values = {"column": name, "files": tuple(c.file.name for c in columns), "n": number}
            notify(Notice(slug, f"{where}: {number:,} {message}", values=values))


def _files(columns: Sequence[Column]) -> str:
    return (
        columns[0].file.name if len(columns) == 1 else f"{len(columns)} files such as {columns[0].file.name}"
    )


def _refuse_misfits(column: Column, misfits: int, cells: int, reader: Reader) -> None:
    """Raises DataError if more than half of the cells would be rejected, which suggests a wrong column."""
    if 2 * misfits > cells:
        kind = "number" if isinstance(reader, NumberReader) else "date"
        raw = column.layout.raw_cell(column.position)
        raise DataError(
            f"{column.example(f'{reader}({{0}}) is null and {raw} is not null')} is not a {kind},"
            f" like {misfits:,} of {cells:,} values of this column",
            f"choose another column with --map {column.name}=COLUMN, or correct the file",
        )


def _widen(chosen: Sequence[dict[str, Reader]], name: str) -> None:
    """Replaces readers by wider ones that other files use, so that the files can be read together."""
    for plain, wide in WIDER.items():
        if any(readers.get(name) is wide for readers in chosen):
            for readers in chosen:
                readers[name] = wide if readers[name] is plain else readers[name]


def notify_of_differences(readers: Sequence[dict[str, Reader]], notify: Notify) -> None:
    """Sends a notice if files of one load use different notations in the same column."""
    for name in dict.fromkeys(name for chosen in readers for name in chosen):
        forms = {FORMS[chosen[name]] for chosen in readers if chosen.get(name) in FORMS}
        if len(forms) > 1:
            message = f"files use different notations in {name}: {', '.join(sorted(forms))}"
            notify(Notice("formats-differ", message, values={"column": name}))
