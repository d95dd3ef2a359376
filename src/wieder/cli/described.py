"""Columns of tables and exports, described for `wieder explain` and the documentation."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from wieder.exports import EXPORTS
from wieder.locale.text import Unit
from wieder.marts.base import Type
from wieder.questions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import polars as pl

    from wieder.asking.grid import Grid
    from wieder.asking.question import Question
    from wieder.asking.table import Table, TableColumn
    from wieder.exports.base import Column, Export
    from wieder.locale.text import Lang

TYPES = {
    Type.BOOLEAN: "true or false",
    Type.SHORT: "whole number",
    Type.INTEGER: "whole number",
    Type.FLOAT: "number",
    Type.AMOUNT: "exact decimal",
    Type.MONEY: "exact decimal",
    Type.TEXT: "text",
    Type.DATE: "date",
}
UNITS = {Unit.RATE: "share", Unit.COUNT: ""}
"""Names of units that differ from their ids; a share is a fraction, such as 0.25."""


@dataclass(frozen=True, kw_only=True)
class Described:
    """One column in one place."""

    place: str
    """Command or export that has the column."""
    table: str
    """Id of the table; of an export its name."""
    column: str
    label: str
    """Heading for readers; of an export the meaning of the column."""
    type: str
    unit: str
    empty: str
    """Condition under which the column is null; empty if it never is, or of an export."""


def tables_of(question: Question[object]) -> tuple[Table, ...]:
    """The tables of a question, one for each set of columns."""
    return tuple({table.columns: table for table in reversed(question.tables())}.values())[::-1]


def described_table(question: Question[object], table: Table, lang: Lang) -> Iterator[Described]:
    """Every column of a table."""
    return (_of_table(question.id, table, column, lang) for column in table.columns)


def _of_table(place: str, table: Table, column: TableColumn, lang: Lang) -> Described:
    return Described(
        place=place,
        table=table.id,
        column=column.name,
        label=column.label[lang],
        type=TYPES[column.type],
        unit=UNITS.get(column.unit, column.unit.value) if column.unit else "",
        empty=_when_empty(table, column.name),
    )


def _when_empty(table: Table, column: str) -> str:
    """When a column is null, with `as OTHER_COLUMN` replaced by the reason there."""
    reason = table.empty.get(column, "")
    referred = re.search(r"\bas (\w+)", reason)
    if referred is None or referred[1] not in table.empty:
        return reason
    return reason.replace(referred[0], _when_empty(table, referred[1]))


def _of_export(export: Export, column: Column, lang: Lang) -> Described:
    return Described(
        place=export.name,
        table=export.name,
        column=column.name,
        label=column.meaning[lang],
        type=column.type.value,
        unit="",
        empty="",
    )


def described_columns(lang: Lang) -> Iterator[Described]:
    """Every column of every export and table."""
    for export in EXPORTS.values():
        yield from (_of_export(export, column, lang) for column in export.columns)
    for question in QUESTIONS.values():
        for table in tables_of(question):
            yield from described_table(question, table, lang)


def described_frame(rows: Iterable[Described]) -> pl.DataFrame:
    """One row per column, with the fields of `Described` as text."""
    import polars as pl

    schema = {one.name: pl.String for one in fields(Described)}
    return pl.DataFrame([vars(row) for row in rows], schema=schema)


def column_grid(frame: pl.DataFrame, title: str) -> Grid:
    """Described columns for readers."""
    from wieder.asking.grid import Cell, Grid, Heading, Row

    headings = {
        "place": "In",
        "column": "Column",
        "label": "Meaning",
        "type": "Type",
        "unit": "Unit",
        "empty": "Empty when",
    }
    shown = frame.select(*headings)
    names = [name for name in headings if name == "column" or shown[name].n_unique() > 1 or name == "label"]
    return Grid(
        title=title,
        headings=tuple(Heading(text=headings[name]) for name in names),
        rows=tuple(
            Row(cells=tuple(Cell(text=str(row[name])) for name in names))
            for row in shown.iter_rows(named=True)
        ),
    )
