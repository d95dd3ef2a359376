"""Customer segments: their sizes, moves between them, and the KPIs by requested segments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from wieder.asking.compute import WHOLE
from wieder.asking.table import as_table, cut_rows
from wieder.kpis import kpis_shown
from wieder.kpis.base import Shown, State
from wieder.periods import Period, PeriodKind
from wieder.questions.moves import moves_between, moves_table, states
from wieder.questions.segments.grids import move_grids, threshold_grids, with_localised_segments
from wieder.questions.segments.schemes import scheme_of
from wieder.questions.segments.segmented import segment_customers
from wieder.questions.segments.table import segment_sizes, segments_table
from wieder.report.findings import TableInput
from wieder.report.section import Section, Sheet
from wieder.report.table_sheets import column_names, sheet_title
from wieder.writing.figures import Figure, absent, figure
from wieder.writing.grids import dimension_name, segment_name, table_grid
from wieder.writing.readings import readings
from wieder.writing.sheets import OF_UNIT, Cell, Style, add_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from wieder.asking.asked import Asked
    from wieder.asking.grid import Grid
    from wieder.questions.segments.schemes import Scheme
    from wieder.questions.segments.segmented import Segmented
    from wieder.questions.segments.thresholds import Thresholds
    from wieder.report.findings import Findings
    from wieder.report.gathering import Gathering
    from wieder.report.section import Material
    from wieder.writing.figures import RenderContext
    from wieder.writing.readings import Reading
    from wieder.writing.sheets import Book

SHOWN = (
    "customer_segment", "customers", "customer_share", "revenue", "revenue_share", "average_order_value",
    "orders_per_customer", "median_days_since_last_order",
)  # fmt: skip
MAXIMUM_SEGMENTS = 30
"""Segments shown at most; the number of the others is stated, and `kpis --by` lists them."""


@dataclass(frozen=True, kw_only=True)
class SegmentsFound:
    """The customer segments at the end of the last period, and the moves during that period."""

    scheme: Scheme
    thresholds: Thresholds
    sizes: TableInput
    moves: TableInput | None
    """None if the span is one period."""


def _gather(gathering: Gathering) -> SegmentsFound:
    """The segments at the end of the shown span, and the moves in its last period."""
    asked = gathering.asked
    scheme = scheme_of(asked.settings.segments, asked.scope.window_days)
    last = Period(asked.shown[-1].start, asked.shown_span.end)
    end = segment_customers(asked, last.end, scheme)
    return SegmentsFound(
        scheme=scheme,
        thresholds=end.thresholds,
        sizes=_sizes_found(asked, end, last, scheme),
        moves=None if asked.selection.kind is PeriodKind.ALL else _moves_found(asked, end, last, scheme),
    )


def _sizes_found(asked: Asked, end: Segmented, last: Period, scheme: Scheme) -> TableInput:
    table = segments_table(scheme, asked.settings.segments, end.thresholds)
    sizes = segment_sizes(cut_rows(end.customers, WHOLE), scheme)
    assert isinstance(table.witness, str)  # noqa: S101 - every scheme has one
    witness = table.witness.replace("(select as_of from scope)", f"date '{last.end}'")
    return TableInput(table=replace(table, witness=witness), frame=as_table(sizes, table, WHOLE))


def _moves_found(asked: Asked, end: Segmented, last: Period, scheme: Scheme) -> TableInput:
    begin = segment_customers(asked, last.start, scheme, end.thresholds)
    table = moves_table(scheme, asked.settings.segments, end.thresholds, [last])
    after = cut_rows(states(end.customers, scheme), WHOLE)
    moves = moves_between(states(begin.customers, scheme), after, scheme, last)
    return TableInput(table=table, frame=as_table(moves, table, WHOLE))


def _found(findings: Findings) -> SegmentsFound | None:
    found: SegmentsFound | None = findings.gathered.get("segments")
    return found


@dataclass(frozen=True, kw_only=True)
class CustomerSegments:
    """The sizes of the segments, their thresholds, and the moves in the last period."""

    definition: str
    """The anchor of the glossary entry for the sizes."""
    sizes: Grid
    thresholds: tuple[Grid, ...]
    moves: tuple[Grid, ...]


def customer_segments(found: SegmentsFound | None, context: RenderContext) -> CustomerSegments | None:
    """The segments as tables; None if there are no customers to segment."""
    if found is None or found.sizes.frame.is_empty():
        return None
    lang, currency = context.lang, context.numbers.currency
    frame = with_localised_segments(found.sizes.frame.select(SHOWN), found.scheme, lang)
    return CustomerSegments(
        definition=f"table-{found.sizes.table.id}",
        sizes=table_grid(frame, found.sizes.table, lang, currency),
        thresholds=threshold_grids(found.thresholds, found.scheme, lang, currency),
        moves=_moves(found.moves, found, context) if found.moves else (),
    )


def _moves(moves: TableInput, found: SegmentsFound, context: RenderContext) -> tuple[Grid, ...]:
    return move_grids(moves.frame, found.scheme, moves.table.label[context.lang], context.lang)


@dataclass(frozen=True, kw_only=True)
class SegmentColumn:
    """One KPI of a segment table, and the period it is shown for."""

    label: str
    period: str


@dataclass(frozen=True, kw_only=True)
class SegmentRow:
    """One segment, with a figure per column of the table."""

    segment: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, kw_only=True)
class SegmentTable:
    """The segments of one dimension, largest first."""

    dimension: str
    columns: tuple[SegmentColumn, ...]
    rows: tuple[SegmentRow, ...]
    omitted: str
    """A sentence on the number of smaller segments not shown; empty if all are."""


def segment_tables(segments: pl.DataFrame, context: RenderContext) -> tuple[SegmentTable, ...]:
    """One table per dimension. Each KPI is shown for the last period in which any segment is final."""
    rows = sorted((one for one in readings(segments) if one.dimension), key=lambda one: one.dimension)
    return tuple(
        _segment_table(dimension, list(group), context)
        for dimension, group in groupby(rows, key=lambda one: one.dimension)
    )


def _segment_table(dimension: str, rows: Sequence[Reading], context: RenderContext) -> SegmentTable:
    cells = {(one.segment, one.kpi, one.period): one for one in rows}
    shown = {
        kpi: _shown_period(kpi, rows) for kpi in kpis_shown(Shown.TILE) if any(one.kpi == kpi for one in rows)
    }
    first, period = next(iter(shown.items()))
    sizes = {one.segment: one.value or 0.0 for one in rows if (one.kpi, one.period) == (first, period)}
    names = sorted({one.segment for one in rows}, key=lambda name: (-sizes.get(name, 0.0), name))
    return SegmentTable(
        dimension=dimension_name(dimension, context.text),
        columns=tuple(
            SegmentColumn(
                label=context.registry[kpi].label[context.lang],
                period=context.numbers.short_period(at, context.kind),
            )
            for kpi, at in shown.items()
        ),
        rows=tuple(
            SegmentRow(
                segment=segment_name(name, context.text),
                figures=tuple(
                    figure(cells.get((name, kpi, at), absent(kpi, at)), context) for kpi, at in shown.items()
                ),
            )
            for name in names[:MAXIMUM_SEGMENTS]
        ),
        omitted=_omitted(len(names) - MAXIMUM_SEGMENTS, context),
    )


def _shown_period(kpi: str, rows: Sequence[Reading]) -> Period:
    """The last period in which `kpi` is final in any segment, else the last period."""
    periods = [(one.state is State.FINAL, one.period) for one in rows if one.kpi == kpi]
    return max(periods)[1]


def _omitted(n_segments: int, context: RenderContext) -> str:
    if n_segments <= 0:
        return ""
    return context.text.counted("segment.omitted", n_segments, n=context.numbers.count(n_segments))


def _sheet(material: Material, book: Book) -> None:
    """Add a row per segment and period with the tile KPIs; no sheet if nothing is segmented."""
    rows = [one for one in readings(material.findings.segments) if one.dimension]
    if not rows:
        return
    context = material.context
    kpis = [context.registry[kpi] for kpi in kpis_shown(Shown.TILE, context.registry)]
    cells = {(one.dimension, one.segment, one.period, one.kpi): one.value for one in rows}
    places = sorted({place[:3] for place in cells})
    table = [
        [
            Cell(dimension_name(dimension, context.text)),
            Cell(segment_name(segment, context.text)),
            Cell(period.start, Style.DATE),
            *(Cell(cells.get((dimension, segment, period, kpi.id)), OF_UNIT[kpi.unit]) for kpi in kpis),
        ]
        for dimension, segment, period in places
    ]
    headings = column_names(("dimension", "segment", "from"), material.context)
    labels = (kpi.label[context.lang] for kpi in kpis)
    add_table(book, sheet_title("segments", material.context), [*headings, *labels], table)


def _answers(findings: Findings) -> Iterator[TableInput]:
    """The sizes and the moves, with the names of the segments in the language of the report."""
    found = _found(findings)
    if found is None:
        return
    for one in (found.sizes, found.moves):
        if one is not None:
            yield replace(one, frame=with_localised_segments(one.frame, found.scheme, findings.lang))


SECTION = Section(
    name="segments",
    place=90,
    draws={
        "customer_segments": lambda material: customer_segments(_found(material.findings), material.context),
        "segments": lambda material: segment_tables(material.findings.segments, material.context),
    },
    gather=_gather,
    answers=_answers,
    answers_place=65,
    sheets=(Sheet(place=90, add=_sheet),),
)
