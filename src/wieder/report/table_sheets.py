"""Analysis tables as sheets of a workbook: real numbers, and what ids mean in the language of the report."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from wieder.questions.clv.table import LABELS, Measure
from wieder.writing.sheets import OF_UNIT, Cell, Style, add_table, sheet_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import polars as pl

    from wieder.asking.table import Table, TableColumn
    from wieder.report.findings import TableInput
    from wieder.writing.figures import Desk
    from wieder.writing.sheets import Book, Value

    Record = Mapping[str, Value]

CUTS = ("dimension", "segment")


def sheet_title(key: str, desk: Desk) -> str:
    """The name of the sheet that the locale has under `sheet.KEY`."""
    return sheet_name(desk.text(f"sheet.{key}"))


def column_names(names: Iterable[str], desk: Desk) -> list[str]:
    """The headings that the locale has under `column.NAME`."""
    return [desk.text(f"column.{name}") for name in names]


def add_table_sheet(one: TableInput, desk: Desk, book: Book, short_names: Mapping[str, str]) -> None:
    """A sheet with the rows of one analysis table, under its `title_of`."""
    columns = [column for column in one.table.columns if _says_something(column.name, one.frame)]
    rows = [[_cell(row, column, desk) for column in columns] for row in one.frame.iter_rows(named=True)]
    names = [column.label[desk.lang] for column in columns]
    add_table(book, sheet_name(title_of(one.table, desk, short_names)), names, rows)


def title_of(table: Table, desk: Desk, short_names: Mapping[str, str]) -> str:
    """What the sheet of `table` is called, never longer than the name of a sheet may be."""
    return desk.text(short_names[table.id]) if table.id in short_names else table.label[desk.lang]


def _says_something(name: str, frame: pl.DataFrame) -> bool:
    """Whether there is such a column, and not the empty one of what is not cut."""
    return name in frame.columns and not (name in CUTS and set(frame[name]) <= {""})


def _cell(row: Record, column: TableColumn, desk: Desk) -> Cell:
    value = row[column.name]
    if value is not None and column.name in MEANINGS:
        return Cell(MEANINGS[column.name](row, desk))
    if column.unit is not None:
        return Cell(value, OF_UNIT[column.unit])
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return Cell(value, Style.DATE if isinstance(value, date) else Style.PLAIN if is_number else Style.TEXT)


def _state(row: Record, desk: Desk) -> str:
    return desk.text(f"state.{row['state']}")


def _method(row: Record, desk: Desk) -> str:
    """A rule has a window, a forecast a horizon."""
    return desk.text(f"method.{row['method']}", days=_days(row, "window_days") or _days(row, "horizon_days"))


def _target(row: Record, desk: Desk) -> str:
    return desk.text(f"backtest.{row['target']}", days=_days(row, "horizon_days"))


def _measure(row: Record, desk: Desk) -> str:
    return LABELS[Measure(str(row["measure"]))][desk.lang]


def _days(row: Record, name: str) -> str:
    days = row.get(name)
    return "" if days is None else str(days)


MEANINGS: Mapping[str, Callable[[Record, Desk], str]] = {
    "state": _state,
    "method": _method,
    "target": _target,
    "measure": _measure,
}
"""What the ids of a column mean to readers."""
