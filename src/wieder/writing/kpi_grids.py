"""KPIs as tables for readers: one per period and segment, with good and bad changes marked."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from wieder.asking.grid import Cell, Grid, Heading, Role, Row, Tone
from wieder.kpis import family_label
from wieder.kpis.base import Better, State
from wieder.periods import PeriodKind
from wieder.writing.grids import dimension_name, segment_name
from wieder.writing.numbers import numbers_for
from wieder.writing.readings import readings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

    from wieder.kpis.base import Kpi
    from wieder.locale import Texts
    from wieder.locale.text import Lang
    from wieder.periods import Period
    from wieder.writing.numbers import Numbers
    from wieder.writing.readings import Reading


def kpi_grids(
    results: pl.DataFrame, registry: Mapping[str, Kpi], lang: Lang, currency: str, kind: PeriodKind
) -> tuple[Grid, ...]:
    """One table per period and segment of `results`: a row per KPI, grouped by family.

    `results` includes the comparison columns; KPIs keep the order of the registry.
    """
    writer = numbers_for(lang, currency)
    places = sorted(readings(results), key=lambda one: (one.period, one.dimension, one.segment))
    return tuple(
        Grid(
            title=block_title(period, dimension, segment, kind, writer),
            headings=_kpi_headings(writer.text, kind),
            rows=tuple(_kpi_rows({one.kpi: one for one in block}, registry, writer, kind)),
        )
        for (period, dimension, segment), block in groupby(
            places, key=lambda one: (one.period, one.dimension, one.segment)
        )
    )


def block_title(period: Period, dimension: str, segment: str, kind: PeriodKind, writer: Numbers) -> str:
    """The period, such as `March 2024`, and the segment unless it is the whole shop."""
    name = writer.period(period, kind)
    if not dimension:
        return name
    return f"{name} · {dimension_name(dimension, writer.text)}: {segment_name(segment, writer.text)}"


def _kpi_headings(text: Texts, kind: PeriodKind) -> tuple[Heading, ...]:
    changes = () if kind is PeriodKind.ALL else ("previous", "year_before")
    names = ("value", "interval", *changes, "n")
    numeric = tuple(
        Heading(text=text(f"column.{name}"), numeric=True, can_stand_below=name == "interval")
        for name in names
    )
    return (Heading(text=text("column.kpi")), *numeric, Heading(text=text("column.state")))


def _kpi_rows(
    block: Mapping[str, Reading], registry: Mapping[str, Kpi], writer: Numbers, kind: PeriodKind
) -> Iterator[Row]:
    shown = [kpi for kpi in registry.values() if kpi.id in block]
    for family, kpis in groupby(shown, key=lambda kpi: kpi.family):
        yield Row(cells=(Cell(text=family_label(family)[writer.lang]),), role=Role.GROUP)
        for kpi in kpis:
            yield Row(cells=tuple(_kpi_cells(kpi, block[kpi.id], writer, kind)))


def _kpi_cells(kpi: Kpi, reading: Reading, writer: Numbers, kind: PeriodKind) -> Iterator[Cell]:
    tone = Tone.FAINT if is_uncertain(kpi, reading) else Tone.NORMAL
    yield Cell(text=kpi.label[writer.lang])
    yield Cell(text=writer.value(reading.value, kpi.unit), tone=tone)
    yield Cell(text=writer.interval(reading.ci_low, reading.ci_high), tone=tone)
    if kind is not PeriodKind.ALL:
        for change in (reading.previous_change, reading.year_before_change):
            yield Cell(text=writer.change(change, kpi.unit), tone=direction(change, kpi.better))
    yield Cell(text=writer.count(reading.n))
    yield Cell(
        text=writer.text(f"state.{reading.state}"), tone=Tone.FAINT if reading.state is State.FINAL else tone
    )


def is_uncertain(kpi: Kpi, reading: Reading) -> bool:
    """Whether the value rests on too few units to act on."""
    return reading.n is not None and reading.n < kpi.minimum_n


SMALLEST_CHANGE = 0.0005
"""Smaller changes are written as 0.0, which is neither good nor bad."""


def direction(change: float | None, better: Better) -> Tone:
    """The tone of a change: good or bad for the shop, or neither."""
    if change is None or abs(change) < SMALLEST_CHANGE or better is Better.NEITHER:
        return Tone.NORMAL
    return Tone.GOOD if (change > 0) == (better is Better.UP) else Tone.BAD
