"""Analysis tables as sheets of a workbook: real numbers, and ids translated for readers of the report."""

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
    from wieder.writing.figures import RenderContext
    from wieder.writing.sheets import Book, Value

    Record = Mapping[str, Value]

CUTS = ("dimension", "segment")


def sheet_title(key: str, context: RenderContext) -> str:
    """The name of a sheet, from `sheet.KEY` of the locale."""
    return sheet_name(context.text(f"sheet.{key}"))


def column_names(names: Iterable[str], context: RenderContext) -> list[str]:
    """The headings of columns, from `column.NAME` of the locale."""
    return [context.text(f"column.{name}") for name in names]


def add_table_sheet(
    one: TableInput, context: RenderContext, book: Book, short_names: Mapping[str, str]
) -> None:
    """Add a sheet with the rows of one analysis table, named by `title_of`."""
    columns = [column for column in one.table.columns if _has_content(column.name, one.frame)]
    rows = [[_cell(row, column, context) for column in columns] for row in one.frame.iter_rows(named=True)]
    names = [column.label[context.lang] for column in columns]
    add_table(book, sheet_name(title_of(one.table, context, short_names)), names, rows)


def title_of(table: Table, context: RenderContext, short_names: Mapping[str, str]) -> str:
    """The name of the sheet of `table`: its short name if it has one, else its label."""
    return context.text(short_names[table.id]) if table.id in short_names else table.label[context.lang]


def _has_content(name: str, frame: pl.DataFrame) -> bool:
    """Whether the column exists; dimension and segment must also contain a value."""
    return name in frame.columns and not (name in CUTS and set(frame[name]) <= {""})


def _cell(row: Record, column: TableColumn, context: RenderContext) -> Cell:
    value = row[column.name]
    if value is not None and column.name in MEANINGS:
        return Cell(MEANINGS[column.name](row, context))
    if column.unit is not None:
        return Cell(value, OF_UNIT[column.unit])
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return Cell(value, Style.DATE if isinstance(value, date) else Style.PLAIN if is_number else Style.TEXT)


def _state(row: Record, context: RenderContext) -> str:
    return context.text(f"state.{row['state']}")


def _method(row: Record, context: RenderContext) -> str:
    """The name of a method with its days: the window of a rule, or the horizon of a forecast."""
    return context.text(
        f"method.{row['method']}", days=_days(row, "window_days") or _days(row, "horizon_days")
    )


def _target(row: Record, context: RenderContext) -> str:
    return context.text(f"backtest.{row['target']}", days=_days(row, "horizon_days"))


def _measure(row: Record, context: RenderContext) -> str:
    return LABELS[Measure(str(row["measure"]))][context.lang]


def _days(row: Record, name: str) -> str:
    days = row.get(name)
    return "" if days is None else str(days)


MEANINGS: Mapping[str, Callable[[Record, RenderContext], str]] = {
    "state": _state,
    "method": _method,
    "target": _target,
    "measure": _measure,
}
"""Column -> function that translates its ids for readers."""
