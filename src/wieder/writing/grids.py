"""Answers as tables for readers: columns, segments and states as text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from wieder.asking.grid import Cell, Grid, Heading, Row, Tone
from wieder.asking.results import COHORTS, OTHER
from wieder.kpis.base import State
from wieder.locale.text import Unit
from wieder.writing.numbers import ABSENT, numbers_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import polars as pl

    from wieder.asking.table import Table, TableColumn
    from wieder.locale import Texts
    from wieder.locale.text import Lang
    from wieder.writing.numbers import Numbers

    Record = Mapping[str, object]


def segment_name(segment: str, text: Texts) -> str:
    """The name of a segment for readers, also for the unknown (empty) and the combined rest."""
    return {"": text("segment.unknown"), OTHER: text("segment.other")}.get(segment, segment)


def dimension_name(dimension: str, text: Texts) -> str:
    """The name of a dimension for readers: `first_order.channel` is the channel of the first order."""
    return " × ".join(_attribute_name(attribute, text) for attribute in dimension.split(","))


def _attribute_name(attribute: str, text: Texts) -> str:
    if attribute in COHORTS:
        return text(f"dimension.{attribute}")
    owner, _, column = attribute.partition(".")
    return text(f"dimension.{owner}", column=column) if owner in {"first_order", "customer"} else attribute


def number_in(value: object) -> int | float | Decimal | None:
    """The value if it is a number, else None."""
    return value if isinstance(value, int | float | Decimal) else None


def table_grid(frame: pl.DataFrame, table: Table, lang: Lang, currency: str) -> Grid:
    """An analysis table for readers: the columns of `table` that `frame` has, in order.

    The two bounds of an interval, `X_low` and `X_high`, share a column. The dimension is the
    heading of the segments; both are omitted if nothing is segmented. Rows that are not
    final are faint.
    """
    writer = numbers_for(lang, currency)
    columns = list(_table_columns(frame, table, writer))
    return Grid(
        title=table.label[lang],
        headings=tuple(heading for heading, _ in columns),
        rows=tuple(
            Row(cells=tuple(Cell(text=write(row), tone=_record_tone(row)) for _, write in columns))
            for row in frame.iter_rows(named=True)
        ),
    )


def _table_columns(
    frame: pl.DataFrame, table: Table, writer: Numbers
) -> Iterator[tuple[Heading, Callable[[Record], str]]]:
    dimensions = {name for name in frame["dimension"] if name} if "dimension" in frame.columns else set()
    for column in table.columns:
        stem, _, bound = column.name.rpartition("_")
        is_interval = {f"{stem}_low", f"{stem}_high"} <= set(frame.columns)
        is_upper_end = is_interval and bound == "high"
        if column.name not in frame.columns or column.name == "dimension" or is_upper_end:
            continue
        if column.name == "segment" and "dimension" in frame.columns:
            for dimension in sorted(dimensions):
                yield Heading(text=dimension_name(dimension, writer.text)), partial(_segment, writer=writer)
        elif is_interval and bound == "low":
            heading = Heading(text=writer.text("column.interval"), numeric=True)
            yield heading, partial(_ends, stem=stem, unit=column.unit, writer=writer)
        else:
            heading = Heading(text=column.label[writer.lang], numeric=column.unit is not None)
            yield heading, partial(_table_cell, column=column, writer=writer)


def _segment(row: Record, writer: Numbers) -> str:
    if not row["dimension"]:
        return writer.text("segment.whole")
    return segment_name(str(row["segment"]), writer.text)


def _ends(row: Record, stem: str, unit: Unit | None, writer: Numbers) -> str:
    low, high = number_in(row[f"{stem}_low"]), number_in(row[f"{stem}_high"])
    if unit is Unit.RATE:
        return writer.interval(low, high)
    return "" if low is None and high is None else f"{writer.plain(low)}–{writer.plain(high)}"


def _table_cell(row: Record, column: TableColumn, writer: Numbers) -> str:
    value = row[column.name]
    if column.unit is not None:
        return writer.value(number_in(value), column.unit)
    if column.name == "state":
        return writer.text(f"state.{value}")
    return writer.day(value) if isinstance(value, date) else _any(value, writer)


def _record_tone(row: Record) -> Tone:
    return Tone.NORMAL if row.get("state", State.FINAL) == State.FINAL else Tone.FAINT


def frame_grid(frame: pl.DataFrame, lang: Lang, title: str = "") -> Grid:
    """Any frame, column by column, with numbers formatted for readers."""
    writer = numbers_for(lang)
    return Grid(
        title=title,
        headings=tuple(
            Heading(text=name, numeric=dtype.is_numeric()) for name, dtype in frame.schema.items()
        ),
        rows=tuple(
            Row(cells=tuple(Cell(text=_any(value, writer)) for value in row)) for row in frame.iter_rows()
        ),
    )


def _any(value: object, writer: Numbers) -> str:
    if value is None:
        return ABSENT
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return writer.plain(value)
    return str(value)
