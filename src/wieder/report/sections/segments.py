"""Customers told apart, who moved between the segments, and the KPIs of the segments that were asked for."""

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
from wieder.questions.segments.table import segment_sizes, segments_table
from wieder.questions.segments.told import tell_apart
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
    from wieder.questions.segments.thresholds import Thresholds
    from wieder.questions.segments.told import Told
    from wieder.report.findings import Findings
    from wieder.report.gathering import Gathering
    from wieder.report.section import Material
    from wieder.writing.figures import Desk
    from wieder.writing.readings import Reading
    from wieder.writing.sheets import Book

SHOWN = (
    "customer_segment", "customers", "customer_share", "revenue", "revenue_share", "average_order_value",
    "orders_per_customer", "median_days_since_last_order",
)  # fmt: skip
MAXIMUM_SEGMENTS = 30
"""More segments than this are left to `kpis --by`, and their number is said."""


@dataclass(frozen=True, kw_only=True)
class SegmentsFound:
    """The customers of the last period's end, told apart, and who moved during that period."""

    scheme: Scheme
    thresholds: Thresholds
    sizes: TableInput
    moves: TableInput | None
    """None where time is not cut."""


def _gather(gathering: Gathering) -> SegmentsFound:
    """The segments at the end of what is shown, and the moves of its last period."""
    asked = gathering.asked
    scheme = scheme_of(asked.settings.segments, asked.scope.window_days)
    last = Period(asked.shown[-1].start, asked.shown_span.end)
    end = tell_apart(asked, last.end, scheme)
    return SegmentsFound(
        scheme=scheme,
        thresholds=end.thresholds,
        sizes=_sizes_found(asked, end, last, scheme),
        moves=None if asked.selection.kind is PeriodKind.ALL else _moves_found(asked, end, last, scheme),
    )


def _sizes_found(asked: Asked, end: Told, last: Period, scheme: Scheme) -> TableInput:
    table = segments_table(scheme, asked.settings.segments, end.thresholds)
    sizes = segment_sizes(cut_rows(end.customers, WHOLE), scheme)
    assert isinstance(table.witness, str)  # noqa: S101 - every scheme has one
    witness = table.witness.replace("(select as_of from scope)", f"date '{last.end}'")
    return TableInput(table=replace(table, witness=witness), frame=as_table(sizes, table, WHOLE))


def _moves_found(asked: Asked, end: Told, last: Period, scheme: Scheme) -> TableInput:
    begin = tell_apart(asked, last.start, scheme, end.thresholds)
    table = moves_table(scheme, asked.settings.segments, end.thresholds, [last])
    after = cut_rows(states(end.customers, scheme), WHOLE)
    moves = moves_between(states(begin.customers, scheme), after, scheme, last)
    return TableInput(table=table, frame=as_table(moves, table, WHOLE))


def _found(findings: Findings) -> SegmentsFound | None:
    found: SegmentsFound | None = findings.gathered.get("segments")
    return found


@dataclass(frozen=True, kw_only=True)
class CustomerSegments:
    """The sizes of the segments, what customers were told apart by, and the moves of the last period."""

    definition: str
    """The glossary entry of the sizes."""
    sizes: Grid
    thresholds: tuple[Grid, ...]
    moves: tuple[Grid, ...]


def customer_segments(found: SegmentsFound | None, desk: Desk) -> CustomerSegments | None:
    """The segments as tables; None if there are no customers to be told apart."""
    if found is None or found.sizes.frame.is_empty():
        return None
    lang, currency = desk.lang, desk.numbers.currency
    frame = with_localised_segments(found.sizes.frame.select(SHOWN), found.scheme, lang)
    return CustomerSegments(
        definition=f"table-{found.sizes.table.id}",
        sizes=table_grid(frame, found.sizes.table, lang, currency),
        thresholds=threshold_grids(found.thresholds, found.scheme, lang, currency),
        moves=_moves(found.moves, found, desk) if found.moves else (),
    )


def _moves(moves: TableInput, found: SegmentsFound, desk: Desk) -> tuple[Grid, ...]:
    return move_grids(moves.frame, found.scheme, moves.table.label[desk.lang], desk.lang)


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


def _sheet(material: Material, book: Book) -> None:
    """A row per segment and period, for what a shop looks at first; no sheet where nothing is cut."""
    rows = [one for one in readings(material.findings.segments) if one.dimension]
    if not rows:
        return
    desk = material.desk
    kpis = [desk.registry[kpi] for kpi in kpis_shown(Shown.TILE, desk.registry)]
    cells = {(one.dimension, one.segment, one.period, one.kpi): one.value for one in rows}
    places = sorted({place[:3] for place in cells})
    table = [
        [
            Cell(dimension_name(dimension, desk.text)),
            Cell(segment_name(segment, desk.text)),
            Cell(period.start, Style.DATE),
            *(Cell(cells.get((dimension, segment, period, kpi.id)), OF_UNIT[kpi.unit]) for kpi in kpis),
        ]
        for dimension, segment, period in places
    ]
    headings = column_names(("dimension", "segment", "from"), material.desk)
    labels = (kpi.label[desk.lang] for kpi in kpis)
    add_table(book, sheet_title("segments", material.desk), [*headings, *labels], table)


def _answers(findings: Findings) -> Iterator[TableInput]:
    """The sizes and the moves, the names of the segments in the language of the report."""
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
        "customer_segments": lambda material: customer_segments(_found(material.findings), material.desk),
        "segments": lambda material: segment_tables(material.findings.segments, material.desk),
    },
    gather=_gather,
    answers=_answers,
    answers_place=65,
    sheets=(Sheet(place=90, add=_sheet),),
)
