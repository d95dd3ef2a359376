"""Analysis tables as sheets of a workbook: real numbers, and what ids mean in the language of the report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from wieder.report.segment_grids import with_localised_segments
from wieder.report.sheets import OF_UNIT, Cell, Style, add_table, sheet_name
from wieder.tables.backtest import SCORES
from wieder.tables.churn import CHURN
from wieder.tables.lifetime_value import LABELS, Measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import polars as pl

    from wieder.report.figures import Desk
    from wieder.report.inputs import ReportInputs, SegmentInput, TableInput
    from wieder.report.sheets import Book, Value
    from wieder.tables.base import Table, TableColumn

    Record = Mapping[str, Value]

CUTS = ("dimension", "segment")
SHORT_NAMES = {CHURN.id: "sheet.churn", SCORES.id: "sheet.forecasts"}
"""Of tables whose label is too long for the name of a sheet."""


def add_table_sheets(inputs: ReportInputs, desk: Desk, book: Book) -> None:
    """A sheet for each analysis table of the report: customer flow, segments, value and churn."""
    if inputs.flow is not None:
        _add_table_sheet(inputs.flow, desk, book)
    if inputs.customer_segments is not None:
        for one in _localised(inputs.customer_segments, desk):
            _add_table_sheet(one, desk, book)
    for one in (*inputs.churn, *inputs.value):
        _add_table_sheet(one, desk, book)


def title_of(table: Table, desk: Desk) -> str:
    """What the sheet of `table` is called, never longer than the name of a sheet may be."""
    return desk.text(SHORT_NAMES[table.id]) if table.id in SHORT_NAMES else table.label[desk.lang]


def _localised(segments: SegmentInput, desk: Desk) -> Iterator[TableInput]:
    for one in (segments.sizes, segments.moves):
        if one is not None:
            yield replace(one, frame=with_localised_segments(one.frame, segments.scheme, desk.lang))


def _add_table_sheet(one: TableInput, desk: Desk, book: Book) -> None:
    columns = [column for column in one.table.columns if _says_something(column.name, one.frame)]
    rows = [[_cell(row, column, desk) for column in columns] for row in one.frame.iter_rows(named=True)]
    names = [column.label[desk.lang] for column in columns]
    add_table(book, sheet_name(title_of(one.table, desk)), names, rows)


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
