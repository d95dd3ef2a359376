"""The parts of the report that are tables: all KPIs, segments, CLV."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from wieder.kpis import kpis_shown
from wieder.kpis.base import Shown, State
from wieder.kpis.value import customer_lifetime_value
from wieder.periods import PeriodKind
from wieder.report.figures import Figure, absent, figure
from wieder.report.grids import dimension_name, segment_name
from wieder.report.readings import readings

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from wieder.periods import Period
    from wieder.report.figures import Desk, History
    from wieder.report.readings import Reading

MAXIMUM_SEGMENTS = 30
"""More segments than this are left to `kpis --by`, and their number is said."""


@dataclass(frozen=True, kw_only=True)
class Equation:
    """A KPI as the product of its factors, all of the same period."""

    result: Figure
    factors: tuple[Figure, ...]


def clv_equation(history: History, desk: Desk) -> Equation | None:
    """The customer lifetime value with every factor; None if it is not in the registry."""
    value = desk.registry.get(customer_lifetime_value.id)
    if value is None:
        return None
    reading = history.latest_known(value.id)
    factors = (history.at(factor, reading.period) for factor in value.factors)
    return Equation(result=figure(reading, desk), factors=tuple(figure(one, desk) for one in factors))


@dataclass(frozen=True, kw_only=True)
class OverviewRow:
    """One KPI in the last period and over the whole span."""

    last: Figure
    whole: Figure


@dataclass(frozen=True, kw_only=True)
class OverviewFamily:
    """The KPIs of one family."""

    name: str
    rows: tuple[OverviewRow, ...]


@dataclass(frozen=True, kw_only=True)
class Overview:
    """All KPIs."""

    last_period: str
    whole_span: str
    families: tuple[OverviewFamily, ...]


def overview(history: History, whole: History, desk: Desk) -> Overview:
    """Every KPI of the registry, also those of which nothing is known."""
    last, span = history.periods[-1], whole.periods[-1]
    return Overview(
        last_period=desk.numbers.period(last, desk.kind),
        whole_span=desk.numbers.span(span),
        families=tuple(
            OverviewFamily(
                name=desk.text(f"family.{family}"),
                rows=tuple(
                    OverviewRow(
                        last=figure(history.at(kpi.id, last), desk),
                        whole=figure(whole.at(kpi.id, span), desk, PeriodKind.ALL),
                    )
                    for kpi in kpis
                ),
            )
            for family, kpis in groupby(desk.registry.values(), key=lambda kpi: kpi.family)
        ),
    )


@dataclass(frozen=True, kw_only=True)
class SegmentColumn:
    """One KPI of a segment table, and the period that it is shown for."""

    label: str
    period: str


@dataclass(frozen=True, kw_only=True)
class SegmentRow:
    """One segment; a figure per column of the table."""

    segment: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, kw_only=True)
class SegmentTable:
    """The segments of one dimension beside each other, largest first."""

    dimension: str
    columns: tuple[SegmentColumn, ...]
    rows: tuple[SegmentRow, ...]
    omitted: str
    """Says how many smaller segments are not shown; empty if all are."""


def segment_tables(segments: pl.DataFrame, desk: Desk) -> tuple[SegmentTable, ...]:
    """One table per dimension. Each KPI is shown for its last period that is final anywhere."""
    rows = sorted((one for one in readings(segments) if one.dimension), key=lambda one: one.dimension)
    return tuple(
        _segment_table(dimension, list(group), desk)
        for dimension, group in groupby(rows, key=lambda one: one.dimension)
    )


def _segment_table(dimension: str, rows: Sequence[Reading], desk: Desk) -> SegmentTable:
    cells = {(one.segment, one.kpi, one.period): one for one in rows}
    shown = {
        kpi: _shown_period(kpi, rows) for kpi in kpis_shown(Shown.TILE) if any(one.kpi == kpi for one in rows)
    }
    first, period = next(iter(shown.items()))
    sizes = {one.segment: one.value or 0.0 for one in rows if (one.kpi, one.period) == (first, period)}
    names = sorted({one.segment for one in rows}, key=lambda name: (-sizes.get(name, 0.0), name))
    return SegmentTable(
        dimension=dimension_name(dimension, desk.text),
        columns=tuple(
            SegmentColumn(
                label=desk.registry[kpi].label[desk.lang], period=desk.numbers.short_period(at, desk.kind)
            )
            for kpi, at in shown.items()
        ),
        rows=tuple(
            SegmentRow(
                segment=segment_name(name, desk.text),
                figures=tuple(
                    figure(cells.get((name, kpi, at), absent(kpi, at)), desk) for kpi, at in shown.items()
                ),
            )
            for name in names[:MAXIMUM_SEGMENTS]
        ),
        omitted=_omitted(len(names) - MAXIMUM_SEGMENTS, desk),
    )


def _shown_period(kpi: str, rows: Sequence[Reading]) -> Period:
    """The last period in which `kpi` is final in any segment, or else the last one."""
    periods = [(one.state is State.FINAL, one.period) for one in rows if one.kpi == kpi]
    return max(periods)[1]


def _omitted(n_segments: int, desk: Desk) -> str:
    if n_segments <= 0:
        return ""
    return desk.text.counted("segment.omitted", n_segments, n=desk.numbers.count(n_segments))
