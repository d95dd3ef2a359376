"""Changes for readers: each KPI against earlier periods, and the effects of its segments."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from wieder.asking.grid import Cell, Grid, Heading, Role, Row, Tone
from wieder.kpis import REGISTRY, family_label
from wieder.locale.text import Unit
from wieder.periods import Period
from wieder.writing.grids import dimension_name, segment_name
from wieder.writing.kpi_grids import direction
from wieder.writing.numbers import numbers_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from wieder.kpis.base import Kpi
    from wieder.locale.text import Lang
    from wieder.periods import PeriodKind
    from wieder.writing.numbers import Numbers

    Record = Mapping[str, Any]

SEGMENTS_SHOWN = 6
"""The segments of a KPI shown; the others, with smaller effects, are one row."""


def changes_grid(changes: pl.DataFrame, lang: Lang, currency: str, kind: PeriodKind) -> Grid:
    """One row per KPI, grouped by family: its last final value beside both earlier ones and its usual range.

    `changes` has `CHANGES.schema`.
    """
    writer = numbers_for(lang, currency)
    names = ("value", "before", "change", "year_before", "change", "usual")
    numeric = tuple(
        Heading(text=writer.text(f"changes.{name}"), numeric=True, can_stand_below=name == "change")
        for name in names
    )
    period = Heading(text=writer.text(f"period_kind.{kind}"), can_stand_below=True)
    return Grid(
        title=writer.text("changes.title"),
        headings=(Heading(text=writer.text("column.kpi")), period, *numeric),
        rows=tuple(_change_rows(changes, writer, kind)),
    )


def _change_rows(changes: pl.DataFrame, writer: Numbers, kind: PeriodKind) -> Iterator[Row]:
    by_kpi = [list(rows) for _, rows in groupby(changes.iter_rows(named=True), key=lambda row: row["kpi"])]
    for family, kpis in groupby(by_kpi, key=lambda rows: REGISTRY[rows[0]["kpi"]].family):
        yield Row(cells=(Cell(text=family_label(family)[writer.lang]),), role=Role.GROUP)
        for rows in kpis:
            yield Row(cells=tuple(_change_cells(rows, writer, kind)))


def _change_cells(rows: Sequence[Record], writer: Numbers, kind: PeriodKind) -> Iterator[Cell]:
    last, kpi = rows[0], REGISTRY[rows[0]["kpi"]]
    yield Cell(text=kpi.label[writer.lang])
    yield Cell(
        text=writer.short_period(Period(last["period_start"], last["period_end"]), kind), tone=Tone.FAINT
    )
    yield Cell(text=writer.value(last["value"], kpi.unit))
    for row in rows:
        yield Cell(text=writer.value(row["before"], kpi.unit), tone=Tone.FAINT)
        yield Cell(text=writer.change(row["change"], kpi.unit), tone=direction(row["change"], kpi.better))
    yield _usual_cell(last, kpi, writer)


def _usual_cell(row: Record, kpi: Kpi, writer: Numbers) -> Cell:
    """The usual range, such as `1,012–1,453 (20)`, marked if the value is outside; empty without one."""
    if row["outside"] is None:
        return Cell(text="")
    span = f"{_range(row['usual_low'], row['usual_high'], kpi, writer)} ({writer.count(row['usual_n'])})"
    if not row["outside"]:
        return Cell(text=span, tone=Tone.FAINT)
    side = "below" if row["value"] < row["usual_low"] else "above"
    return Cell(text=writer.text(f"changes.{side}", range=span))


def _range(low: float, high: float, kpi: Kpi, writer: Numbers) -> str:
    if kpi.unit is Unit.RATE:
        return writer.interval(low, high)
    return f"{writer.headline(low, kpi.unit)}–{writer.headline(high, kpi.unit)}"


def split_grid(
    changes: pl.DataFrame, parts: pl.DataFrame, lang: Lang, currency: str, kind: PeriodKind
) -> Grid:
    """The segments with the largest effects on each KPI, and the sum of all effects, which is the change.

    `changes` and `parts` have the schemas of `CHANGES` and `PARTS`, and one comparison.
    """
    writer = numbers_for(lang, currency)
    names = ("before", "value", "mix", "rate", "effect")
    numeric = tuple(Heading(text=writer.text(f"changes.{name}"), numeric=True) for name in names)
    return Grid(
        title=writer.text("changes.split_title"),
        headings=(Heading(text=writer.text("changes.segment")), *numeric),
        rows=tuple(_split_rows(changes, parts, writer, kind)),
    )


def _split_rows(
    changes: pl.DataFrame, parts: pl.DataFrame, writer: Numbers, kind: PeriodKind
) -> Iterator[Row]:
    of_kpi = {
        kpi: list(rows) for kpi, rows in groupby(parts.iter_rows(named=True), key=lambda row: row["kpi"])
    }
    for change in changes.iter_rows(named=True):
        segments = of_kpi.get(change["kpi"])
        if segments:
            yield _split_head(change, segments[0]["dimension"], writer, kind)
            yield from _segment_rows(segments, REGISTRY[change["kpi"]], writer)
            yield _sum_row(change, segments, writer)


def _split_head(change: Record, dimension: str, writer: Numbers, kind: PeriodKind) -> Row:
    """A heading such as `Average order value, March 2024, by channel`."""
    period = Period(change["period_start"], change["period_end"])
    label = REGISTRY[change["kpi"]].label[writer.lang]
    text = writer.text(
        "changes.by",
        kpi=label,
        period=writer.period(period, kind),
        dimension=dimension_name(dimension, writer.text),
    )
    return Row(cells=(Cell(text=text),), role=Role.GROUP)


def _segment_rows(segments: Sequence[Record], kpi: Kpi, writer: Numbers) -> Iterator[Row]:
    there = [
        row for row in segments if row["effect"] or row["before"] is not None or row["value"] is not None
    ]
    ranked = sorted(there, key=lambda row: (-abs(row["effect"]), row["segment"]))
    for row in ranked[:SEGMENTS_SHOWN]:
        values = (row["before"], row["value"])
        yield _effect_row(segment_name(row["segment"], writer.text), values, [row], kpi, writer)
    rest = ranked[SEGMENTS_SHOWN:]
    if rest:
        name = writer.text.counted("changes.rest", len(rest), n=writer.count(len(rest)))
        yield _effect_row(name, (None, None), rest, kpi, writer)


def _sum_row(change: Record, segments: Sequence[Record], writer: Numbers) -> Row:
    kpi = REGISTRY[change["kpi"]]
    values = (change["before"], change["value"])
    row = _effect_row(writer.text("changes.sum"), values, segments, kpi, writer)
    return Row(cells=row.cells, role=Role.SUBTOTAL)


def _effect_row(
    name: str, values: tuple[float | None, float | None], rows: Sequence[Record], kpi: Kpi, writer: Numbers
) -> Row:
    """A row with `name`, two values (empty if None), and the summed effects of `rows`."""
    effects = [_effect(rows, effect, kpi, writer) for effect in ("mix_effect", "rate_effect", "effect")]
    texts = ["" if value is None else writer.value(value, kpi.unit) for value in values]
    return Row(cells=(Cell(text=name), *(Cell(text=text) for text in texts), *effects))


def _effect(rows: Sequence[Record], effect: str, kpi: Kpi, writer: Numbers) -> Cell:
    """The signed sum of an effect; empty if it is null in every row."""
    known = [row[effect] for row in rows if row[effect] is not None]
    if not known:
        return Cell(text="")
    total = sum(known)
    return Cell(text=signed(total, kpi.unit, writer), tone=direction(total, kpi.better))


def signed(difference: float, unit: Unit, writer: Numbers) -> str:
    """A difference with its sign, in the unit of its values: `+€3.00`, `±0`."""
    if unit is Unit.RATE:
        return writer.change(difference, unit)
    size = writer.value(abs(difference), unit)
    if not any(digit in size for digit in "123456789"):
        return f"±{size}"
    return f"+{size}" if difference > 0 else writer.value(difference, unit)
