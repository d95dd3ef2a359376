"""Excel workbooks: tables of real numbers, dates and texts.

Text is always written as text, so that a customer called `=1+1` never becomes a
formula, nor an address a link. The same tables always give the same bytes.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from itertools import chain, count, islice
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from wieder.errors import UsageError
from wieder.locale.text import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import xlsxwriter  # type: ignore[import-untyped]
    from xlsxwriter.format import Format  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

    Value = str | bool | int | float | Decimal | date | datetime | None

EPOCH = date(2000, 1, 1)
"""Creation date of a workbook that has no date of its own."""
MAXIMUM_ROWS = 1_048_575
"""Below the headings."""
LONGEST_TEXT = 32_767
LONGEST_NAME = 31
"""Of a sheet."""
LARGEST_NUMBER = 10**15
"""Excel keeps 15 digits; larger whole numbers are written as text."""
EDGES = "' "
"""Characters that a sheet name must neither begin nor end with."""
WIDEST = 60
NARROWEST = 9
NUMBER_WIDTH = 13
WIDTH_SAMPLE = 200
"""Number of rows that determine the width of a column."""


class Style(StrEnum):
    """The style of a cell."""

    TEXT = "text"
    WRAPPED = "wrapped"
    TITLE = "title"
    HEADING = "heading"
    COUNT = "count"
    PLAIN = "plain"
    MONEY = "money"
    RATE = "rate"
    POINTS = "points"
    """A difference of shares, in percentage points."""
    CHANGE = "change"
    """A relative change."""
    RATIO = "ratio"
    DAYS = "days"
    YEARS = "years"
    DATE = "date"
    TIME = "time"


NUMBER_FORMATS = {
    Style.COUNT: "#,##0",
    Style.PLAIN: "#,##0.######",
    Style.RATE: "0.0%",
    Style.POINTS: "+0.0;-0.0;0.0",
    Style.CHANGE: "+0.0%;-0.0%;0.0%",
    Style.RATIO: "0.00",
    Style.DAYS: "0.0",
    Style.YEARS: "0.00",
    Style.DATE: "yyyy-mm-dd",
    Style.TIME: "yyyy-mm-dd hh:mm:ss",
}
OF_UNIT = {
    Unit.COUNT: Style.COUNT,
    Unit.MONEY: Style.MONEY,
    Unit.RATE: Style.RATE,
    Unit.RATIO: Style.RATIO,
    Unit.DAYS: Style.DAYS,
    Unit.YEARS: Style.YEARS,
}


class Cell(NamedTuple):
    """The value and style of one cell; None leaves it empty."""

    value: Value
    style: Style = Style.TEXT


@dataclass(frozen=True, kw_only=True)
class Book:
    """A workbook in progress."""

    workbook: xlsxwriter.Workbook
    formats: Mapping[Style, Format]


@contextmanager
def new_book(target: BytesIO, created: date = EPOCH, money: str = "#,##0.00") -> Iterator[Book]:
    """Context manager for a new workbook, written to `target` on exit.

    `money` is the number format of amounts. Raises UsageError if the extra `excel` is not installed.
    """
    try:
        import xlsxwriter  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise UsageError(
            "Excel workbooks need a package that is not installed", "pip install 'wieder[excel]'"
        ) from error
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as workbook:
        workbook.set_properties({"created": datetime(created.year, created.month, created.day)})  # noqa: DTZ001
        yield Book(workbook=workbook, formats=_formats(workbook, money))


def _formats(workbook: xlsxwriter.Workbook, money: str) -> Mapping[Style, Format]:
    looks: dict[Style, dict[str, object]] = {
        style: {"num_format": number_format, "valign": "top"}
        for style, number_format in (NUMBER_FORMATS | {Style.MONEY: money}).items()
    }
    looks[Style.TEXT] = {"valign": "top"}
    looks[Style.WRAPPED] = {"valign": "top", "text_wrap": True}
    looks[Style.TITLE] = {"bold": True, "font_size": 16}
    looks[Style.HEADING] = {"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom"}
    return {style: workbook.add_format(look) for style, look in looks.items()}


def add_table(book: Book, name: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Worksheet:
    """Add a sheet with one table: frozen headings, a filter, and columns as wide as their cells.

    Raises UsageError if there are more rows than a sheet can hold.
    """
    if len(rows) > MAXIMUM_ROWS:
        raise UsageError(
            f"an Excel sheet holds at most {MAXIMUM_ROWS:,} rows, not {len(rows):,}",
            "write CSV or Parquet instead: --format csv",
        )
    sheet = book.workbook.add_worksheet(_unused(name, book))
    write_rows(book, sheet, 0, headings, rows)
    sheet.freeze_panes(1, 1)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(headings) - 1)
    for column, heading in enumerate(headings):
        sheet.set_column(column, column, _width(heading, [row[column] for row in islice(rows, WIDTH_SAMPLE)]))
    return sheet


def _unused(name: str, book: Book) -> str:
    """`name`, or the first of `name 2`, `name 3`, ... that is free; case does not matter."""
    taken = {sheet.get_name().casefold() for sheet in book.workbook.worksheets()}
    numbered = (f"{name[: LONGEST_NAME - 4]} {number}" for number in count(2))
    return next(one for one in chain([name], numbered) if one.casefold() not in taken)


def write_rows(
    book: Book, sheet: Worksheet, top: int, headings: Sequence[str], rows: Sequence[Sequence[Cell]]
) -> None:
    """Write a table with its headings in row `top`, counted from 0."""
    for column, heading in enumerate(headings):
        write_cell(book, sheet, top, column, Cell(heading, Style.HEADING))
    for index, row in enumerate(rows, top + 1):
        for column, cell in enumerate(row):
            write_cell(book, sheet, index, column, cell)


def write_cell(book: Book, sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
    """Write one cell by the type of its value; NaN and infinity leave it empty."""
    style = book.formats[cell.style]
    match cell.value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, cell.value, style)
        case datetime() | date():
            sheet.write_datetime(row, column, cell.value, style)
        case str():
            sheet.write_string(row, column, cell.value[:LONGEST_TEXT], style)
        case int() if abs(cell.value) >= LARGEST_NUMBER:
            sheet.write_string(row, column, str(cell.value), style)
        case int() | float() | Decimal() if isfinite(cell.value):
            sheet.write_number(row, column, float(cell.value), style)


def _width(heading: str, cells: Sequence[Cell]) -> int:
    longest = max(map(len, heading.split()), default=0)
    texts = (
        len(cell.value) if isinstance(cell.value, str) else NUMBER_WIDTH
        for cell in cells
        if cell.value is not None
    )
    return min(WIDEST, max(NARROWEST, longest + 2, *texts, 0))


def frame_workbook(frame: pl.DataFrame) -> bytes:
    """Any frame as a workbook with one sheet, with real numbers and dates.

    Raises UsageError if the extra `excel` is not installed, or if there are more rows than a
    sheet can hold.
    """
    target = BytesIO()
    styles = [_style_of(dtype) for dtype in frame.dtypes]
    with new_book(target) as book:
        rows = [[Cell(*pair) for pair in zip(row, styles, strict=True)] for row in frame.iter_rows()]
        add_table(book, "wieder", frame.columns, rows)
    return target.getvalue()


def _style_of(dtype: pl.DataType) -> Style:
    if isinstance(dtype, pl.Datetime):
        return Style.TIME
    if isinstance(dtype, pl.Date):
        return Style.DATE
    if dtype.is_integer():
        return Style.COUNT
    return Style.PLAIN if dtype.is_numeric() else Style.TEXT


def sheet_name(text: str) -> str:
    """`text` as the name of a sheet: without characters that Excel reserves, and short enough."""
    plain = text.translate(str.maketrans("[]*?/\\", "()----", ":")).strip(EDGES)
    return plain[:LONGEST_NAME].strip(EDGES)


def money_format(pattern: str, digits: int) -> str:
    """The number format for amounts with `digits` decimals, written as `pattern`, such as `{} €`."""
    before, _, after = pattern.partition("{}")
    number = f"#,##0.{'0' * digits}" if digits else "#,##0"
    quoted = [f'"{text}"' if text else "" for text in (before, after)]
    return f"{quoted[0]}{number}{quoted[1]}"
