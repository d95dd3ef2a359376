"""Frames and tables as bytes, for files and pipes.

Machine formats are never localised: UTF-8, LF, ISO dates, a decimal point and
never an exponent, so that every number reads back exactly. Unknown values are
empty in CSV and TSV and null in JSON; empty text is `""` in each of them.
Decimals keep every digit and remain numbers in JSON.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from enum import StrEnum
from functools import partial
from html import escape
from io import BytesIO
from math import isfinite
from typing import TYPE_CHECKING, Any

import polars as pl

from wieder.asking.grid import Role
from wieder.writing.screen import visible
from wieder.writing.sheets import frame_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from wieder.asking.grid import Grid


class TableFormat(StrEnum):
    """The format that a frame is written in."""

    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    """One list of records."""
    NDJSON = "ndjson"
    """One record per line."""
    PARQUET = "parquet"
    MARKDOWN = "markdown"
    HTML = "html"
    XLSX = "xlsx"


def serialise(frame: pl.DataFrame, table_format: TableFormat) -> bytes:
    """`frame` in `table_format`; the same frame always gives the same bytes.

    NaN and infinity are written as unknown. Raises TypeError for nested columns.
    """
    return _WRITERS[table_format](frame)


def markdown(grids: Sequence[Grid]) -> bytes:
    """Tables for readers as Markdown, each under its title."""
    return _bytes(line for grid in grids for line in _grid_markdown(grid))


def html(grids: Sequence[Grid], lang: str) -> bytes:
    """Tables for readers as one plain page without a stylesheet."""
    return _bytes(_page((line for grid in grids for line in _grid_html(grid)), lang))


def number_text(value: float) -> str:
    """The shortest decimal that reads back as `value`, without an exponent: `0.00001`, `3.0`."""
    text = repr(value)
    if "e" not in text:
        return text
    text = format(Decimal(text), "f")
    return text if "." in text else f"{text}.0"


def _plain(value: Any) -> str:
    """A cell as text; empty if unknown."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return number_text(value) if isfinite(value) else ""
        case Decimal():
            return format(value, "f")
        case int() | str():
            return str(value)
    return _iso(value)


def _iso(value: Any) -> str:
    isoformat: Callable[[], str] | None = getattr(value, "isoformat", None)
    if isoformat is None:
        raise TypeError(f"a table cannot contain a {type(value).__name__}")
    return isoformat()


def _rows(frame: pl.DataFrame, write: Callable[[Any], str]) -> Iterator[tuple[str, ...]]:
    """The cells of `frame` as text, row by row; converted by column, which is faster."""
    return zip(*([write(value) for value in column] for column in frame.iter_columns()), strict=True)


FAST = (pl.String, pl.Boolean, pl.Date, pl.Decimal)
"""Types besides integers that Polars writes exactly as `_plain` does, a hundred times faster."""


def _delimited(frame: pl.DataFrame, delimiter: str) -> bytes:
    texts = [_as_text(column) for column in frame.iter_columns()]
    return pl.DataFrame(texts).write_csv(separator=delimiter).encode() if texts else b"\n"


def _as_text(column: pl.Series) -> pl.Series:
    """`column` converted to text if Polars would write it differently from `_plain`."""
    if column.dtype.is_integer() or isinstance(column.dtype, FAST):
        return column
    if not column.dtype.is_float():
        return pl.Series(column.name, [_plain(value) or None for value in column], dtype=pl.String)
    shortest = column.cast(pl.String)
    # Only numbers with an exponent, NaN and infinity take the slow path.
    others = (~shortest.str.contains(r"^-?\d+\.\d+$")).fill_null(value=False).arg_true()
    texts = pl.Series([_plain(value) or None for value in column.gather(others)], dtype=pl.String)
    return shortest.scatter(others, texts)


def _json(frame: pl.DataFrame) -> bytes:
    records = ",\n".join(_records(frame))
    return (f"[\n{records}\n]\n" if records else "[]\n").encode()


def _ndjson(frame: pl.DataFrame) -> bytes:
    return _bytes(f"{record}\n" for record in _records(frame))


def _records(frame: pl.DataFrame) -> Iterator[str]:
    keys = [f"{json.dumps(name, ensure_ascii=False)}: " for name in frame.columns]
    for row in _rows(frame, _json_token):
        yield "{" + ", ".join(key + token for key, token in zip(keys, row, strict=True)) + "}"


def _json_token(value: Any) -> str:
    if isinstance(value, bool | int | float | Decimal):
        return _plain(value) or "null"
    return "null" if value is None else json.dumps(_plain(value), ensure_ascii=False)


def _parquet(frame: pl.DataFrame) -> bytes:
    target = BytesIO()
    frame.write_parquet(target, compression="zstd", row_group_size=1 << 20)
    return target.getvalue()


def _numeric(frame: pl.DataFrame) -> list[bool]:
    return [dtype.is_numeric() for dtype in frame.dtypes]


def _bytes(pieces: Iterable[str]) -> bytes:
    return "".join(pieces).encode()


def _markdown_lines(
    names: Sequence[str], numeric: Sequence[bool], rows: Iterable[Sequence[str]]
) -> Iterator[str]:
    yield _markdown_row(names)
    yield _markdown_row(["---:" if right else "---" for right in numeric], escaped=True)
    for row in rows:
        yield _markdown_row(row)


MARKDOWN_ESCAPES = str.maketrans({character: f"\\{character}" for character in r"\`*[]<|~"} | {"&": "&amp;"})
OUTER_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)")


def _markdown_text(text: str) -> str:
    """`text` with Markdown escaped; an underscore inside a word needs no escape."""
    lines = (visible(line) for line in text.translate(MARKDOWN_ESCAPES).splitlines())
    return OUTER_UNDERSCORE.sub(r"\_", "<br>".join(lines))


def _markdown_row(cells: Iterable[str], *, escaped: bool = False) -> str:
    texts = cells if escaped else (_markdown_text(cell) for cell in cells)
    return f"| {' | '.join(texts)} |\n"


def _grid_markdown(grid: Grid) -> Iterator[str]:
    if grid.title:
        yield f"### {_markdown_text(grid.title)}\n\n"
    names = [heading.text for heading in grid.headings]
    yield from _markdown_lines(names, [heading.numeric for heading in grid.headings], ())
    for row in grid.rows:
        cells = [_markdown_text(cell.text) for cell in row.cells]
        if row.role in (Role.GROUP, Role.SUBTOTAL, Role.TOTAL):
            cells = [f"**{cell}**" if cell else "" for cell in cells]
        yield _markdown_row([*cells, *[""] * (len(names) - len(cells))], escaped=True)
    yield "\n"


def _page(lines: Iterable[str], lang: str) -> Iterator[str]:
    yield f'<!doctype html>\n<html lang="{lang}">\n<meta charset="utf-8">\n<title>wieder</title>\n'
    yield '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">\n'
    yield from lines
    yield "</html>\n"


def _table_lines(
    title: str, names: Sequence[str], numeric: Sequence[bool], rows: Iterable[Sequence[str]]
) -> Iterator[str]:
    yield "<table>\n"
    if title:
        yield f"<caption>{escape(visible(title))}</caption>\n"
    heads = (
        f'<th scope="col"{_align(right)}>{escape(visible(name))}</th>'
        for name, right in zip(names, numeric, strict=True)
    )
    yield f"<tr>{''.join(heads)}</tr>\n"
    for row in rows:
        cells = (
            f"<td{_align(right)}>{escape(_visible_lines(cell))}</td>"
            for cell, right in zip(row, numeric, strict=True)
        )
        yield f"<tr>{''.join(cells)}</tr>\n"
    yield "</table>\n"


def _visible_lines(text: str) -> str:
    return "\n".join(visible(line) for line in text.splitlines())


def _align(right: bool) -> str:  # noqa: FBT001
    return ' align="right"' if right else ""


def _grid_html(grid: Grid) -> Iterator[str]:
    numeric = [heading.numeric for heading in grid.headings]
    rows = (
        [*(cell.text for cell in row.cells), *[""] * (len(numeric) - len(row.cells))] for row in grid.rows
    )
    yield from _table_lines(grid.title, [heading.text for heading in grid.headings], numeric, rows)


def _frame_markdown(frame: pl.DataFrame) -> bytes:
    return _bytes(_markdown_lines(frame.columns, _numeric(frame), _rows(frame, _plain)))


def _frame_html(frame: pl.DataFrame) -> bytes:
    return _bytes(_page(_table_lines("", frame.columns, _numeric(frame), _rows(frame, _plain)), "en"))


_WRITERS: dict[TableFormat, Callable[[pl.DataFrame], bytes]] = {
    TableFormat.CSV: partial(_delimited, delimiter=","),
    TableFormat.TSV: partial(_delimited, delimiter="\t"),
    TableFormat.JSON: _json,
    TableFormat.NDJSON: _ndjson,
    TableFormat.PARQUET: _parquet,
    TableFormat.MARKDOWN: _frame_markdown,
    TableFormat.HTML: _frame_html,
    TableFormat.XLSX: frame_workbook,
}
