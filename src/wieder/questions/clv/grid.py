"""Customer lifetime value for readers: rule of thumb, realised value and prediction, one below the other."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from wieder.asking.grid import Cell, Grid, Heading, Role, Row, Tone
from wieder.kpis.base import State
from wieder.locale.text import Unit
from wieder.questions.clv.table import LABELS, LIFETIME_VALUE, UNITS, Measure
from wieder.writing.grids import dimension_name, segment_name
from wieder.writing.numbers import numbers_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

    from wieder.locale.text import Lang
    from wieder.writing.numbers import Numbers

    Record = Mapping[str, object]

SHOWN = ("measure", "customers", "value", "value_low", "total", "method", "backtest_bias")
"""The columns shown to readers; both bounds of an interval are in one column."""


def lifetime_value_grid(frame: pl.DataFrame, lang: Lang, currency: str) -> Grid:
    """`LIFETIME_VALUE` as one table, with a group of rows per segment if there are segments."""
    writer = numbers_for(lang, currency)
    rows: list[Row] = []
    for (dimension, segment), found in groupby(
        frame.iter_rows(named=True), key=lambda row: (row["dimension"], row["segment"])
    ):
        if frame["dimension"].n_unique() > 1:
            rows.append(_heading_row(str(dimension), str(segment), writer))
        rows += [Row(cells=tuple(_cells(row, writer))) for row in found]
    return Grid(title=LIFETIME_VALUE.label[lang], headings=tuple(_headings(writer)), rows=tuple(rows))


def _headings(writer: Numbers) -> Iterator[Heading]:
    columns = {column.name: column for column in LIFETIME_VALUE.columns}
    for name in SHOWN:
        text = columns[name].label[writer.lang]
        if name == "value_low":
            text = writer.text("column.interval")
        yield Heading(text=text, numeric=name not in {"measure", "method"})


def _heading_row(dimension: str, segment: str, writer: Numbers) -> Row:
    if not dimension:
        return Row(cells=(Cell(text=writer.text("segment.whole")),), role=Role.GROUP)
    name = f"{dimension_name(dimension, writer.text)}: {segment_name(segment, writer.text)}"
    return Row(cells=(Cell(text=name),), role=Role.GROUP)


def _cells(row: Record, writer: Numbers) -> Iterator[Cell]:
    tone = Tone.NORMAL if row["state"] == State.FINAL else Tone.FAINT
    measure = Measure(str(row["measure"]))
    unit = UNITS.get(measure, Unit.MONEY)
    texts = (
        _measure_name(measure, row["horizon_days"], writer),
        writer.count(row["customers"]),  # type: ignore[arg-type]
        writer.value(row["value"], unit),  # type: ignore[arg-type]
        _interval(row, writer),
        writer.money(row["total"], 0) if row["total"] is not None else "",  # type: ignore[arg-type]
        writer.text(f"method.{row['method']}", days=row["horizon_days"]) if row["method"] else "",
        _bias(row, writer),
    )
    return (Cell(text=text, tone=tone) for text in texts)


def _measure_name(measure: Measure, horizon: object, writer: Numbers) -> str:
    label = LABELS[measure][writer.lang]
    if horizon is None:
        return label
    return writer.text("clv.within", measure=label, days=writer.count(int(str(horizon))))


def _interval(row: Record, writer: Numbers) -> str:
    low, high = row["value_low"], row["value_high"]
    if low is None or high is None:
        return ""
    return f"{writer.money(low)}–{writer.money(high)}"  # type: ignore[arg-type]


def _bias(row: Record, writer: Numbers) -> str:
    if row["backtest_bias"] is None:
        return ""
    bias, low, high = (
        writer.change(float(str(row[name])), Unit.MONEY)
        for name in ("backtest_bias", "backtest_bias_low", "backtest_bias_high")
    )
    days = writer.count(int(str(row["backtest_days"])))
    return writer.text("clv.bias", bias=bias, low=low, high=high, days=days)
