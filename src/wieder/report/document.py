"""The report as plain data: every section, every text already written, nothing left to compute."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from wieder.changes import Against
from wieder.kpis import kpis_shown
from wieder.kpis.base import Shown
from wieder.periods import Period, PeriodKind
from wieder.report.backtest_grids import score_grids
from wieder.report.changes import changes_grid, split_grid
from wieder.report.churn import churn
from wieder.report.churn_grids import churn_grids
from wieder.report.cohorts import cohort_heatmap
from wieder.report.customer_segments import customer_segments
from wieder.report.figures import desk_for, history
from wieder.report.flow_chart import flow_chart
from wieder.report.glossary import glossary
from wieder.report.grids import table_grid
from wieder.report.headlines import headlines
from wieder.report.lifetime_values import lifetime_value_grid
from wieder.report.look import Look
from wieder.report.outline import outline
from wieder.report.restatement import restated_grid
from wieder.report.second_order import second_order
from wieder.report.sections import clv_equation, overview, segment_tables
from wieder.report.tiles import tiles
from wieder.report.trends import customers_chart, repeat_chart, revenue_chart
from wieder.report.trust import sources, trust
from wieder.tables.backtest import NONE, SCORES
from wieder.tables.cohort_rules import CohortRules
from wieder.tables.cohorts import cohort_table
from wieder.tables.gaps import gap_table
from wieder.tables.lifetime_value import LIFETIME_VALUE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wieder.config import SectionName
    from wieder.kpis.base import Kpi, Lang
    from wieder.report.charts import Heatmap, IntervalBars, StackedBars
    from wieder.report.churn import Churn
    from wieder.report.customer_segments import CustomerSegments
    from wieder.report.figures import Desk, History
    from wieder.report.glossary import GlossaryEntry
    from wieder.report.grids import Grid
    from wieder.report.headlines import Headlines
    from wieder.report.inputs import ReportInputs, TableInput
    from wieder.report.outline import Section
    from wieder.report.second_order import SecondOrder
    from wieder.report.sections import Equation, Overview, SegmentTable
    from wieder.report.tiles import Tile
    from wieder.report.trust import Trust
    from wieder.tables.base import Table


@dataclass(frozen=True, kw_only=True)
class Head:
    """What the report is about and what it was made from."""

    title: str
    span: str
    as_of: str
    period: str
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Value:
    """What a customer is worth: by formula, and by every other way that was computed."""

    equation: Equation | None
    tables: tuple[Grid, ...]


@dataclass(frozen=True, kw_only=True)
class Document:
    """The whole report, ready to be laid out. A part of which nothing is known is None or empty."""

    lang: Lang
    head: Head
    look: Look
    sections: tuple[Section, ...]
    """Those that are shown, in order."""
    window_days: str
    """A customer is active for so long after an order."""
    headlines: Headlines | None
    tiles: tuple[Tile, ...]
    revenue: StackedBars | None
    customers: StackedBars | None
    repeat: IntervalBars | None
    second_order: SecondOrder | None
    cohorts: Heatmap | None
    flow: StackedBars | None
    churn: Churn | None
    value: Value | None
    customer_segments: CustomerSegments | None
    segments: tuple[SegmentTable, ...]
    changes: tuple[Grid, ...]
    """What changed, and which segments moved it."""
    overview: Overview
    data: Trust
    glossary: tuple[GlossaryEntry, ...]

    def shows(self, section: str) -> bool:
        """Whether a section of that name is shown, so that it can be linked to."""
        return any(one.name == section for one in self.sections)


def build(inputs: ReportInputs, registry: Mapping[str, Kpi]) -> Document:
    """The report of `inputs`. The same inputs always give the same document.

    `inputs.results` and `inputs.whole` need at least one row for the whole shop.
    """
    desk = desk_for(registry, inputs.kind, inputs.lang, inputs.currency)
    by_period, whole = history(inputs.results), history(inputs.whole)
    layout = inputs.layout
    document = Document(
        lang=inputs.lang,
        head=_head(inputs, by_period.periods[-1], desk),
        look=layout.look or Look(),
        sections=(),
        window_days=desk.numbers.count(inputs.window_days),
        headlines=headlines(by_period, desk),
        tiles=tiles(by_period, desk),
        revenue=revenue_chart(by_period, desk),
        customers=customers_chart(by_period, desk),
        repeat=repeat_chart(whole, desk),
        second_order=second_order(inputs.waits, desk),
        cohorts=cohort_heatmap(inputs.cohorts, desk),
        flow=flow_chart(inputs.flow.frame, desk) if inputs.flow else None,
        churn=churn(by_period, _churn_grids(inputs.churn, desk), desk),
        value=_value(inputs, by_period, desk),
        customer_segments=customer_segments(inputs.customer_segments, desk),
        segments=segment_tables(inputs.segments, desk),
        changes=_changes(inputs, desk),
        overview=overview(by_period, whole, desk),
        data=trust(inputs, desk),
        glossary=glossary(desk, _tables(inputs)),
    )
    shown = outline(_contents(document), layout.sections, layout.comments, desk.text)
    return replace(document, sections=shown)


def _contents(document: Document) -> dict[SectionName, object]:
    """What each section of `outline.SECTIONS` has to show."""
    return {
        "headlines": document.headlines,
        "tiles": document.tiles,
        "revenue": document.revenue or document.customers,
        "repeat": document.repeat or document.second_order,
        "cohorts": document.cohorts,
        "flow": document.flow,
        "churn": document.churn,
        "value": document.value,
        "segments": document.customer_segments or document.segments,
        "changes": document.changes,
        "kpis": document.overview,
        "data": document.data,
        "glossary": document.glossary,
    }


def _head(inputs: ReportInputs, last: Period, desk: Desk) -> Head:
    return Head(
        title=inputs.title or desk.text("report.title"),
        span=desk.numbers.span(Period(inputs.history_start, inputs.as_of)),
        as_of=desk.numbers.day(inputs.as_of),
        period=desk.numbers.period(last, inputs.kind),
        sources=sources(inputs.sources, desk),
    )


def _value(inputs: ReportInputs, by_period: History, desk: Desk) -> Value | None:
    equation, tables = clv_equation(by_period, desk), tuple(_value_grids(inputs.value, desk))
    return Value(equation=equation, tables=tables) if equation or tables else None


def _churn_grids(tables: Sequence[TableInput], desk: Desk) -> tuple[Grid, ...]:
    """The ways side by side, then how often the rule was wrong; nothing if that is not known."""
    if not tables:
        return ()
    ways, rules = (one.frame for one in tables)
    return churn_grids(ways, rules, desk.numbers.lang, desk.numbers.currency)


def _value_grids(tables: Sequence[TableInput], desk: Desk) -> Iterator[Grid]:
    """What customers are worth, and how far forecasts of purchases and spend were off."""
    lang, currency = desk.numbers.lang, desk.numbers.currency
    for one in tables:
        if one.table.id == LIFETIME_VALUE.id:
            yield lifetime_value_grid(one.frame, lang, currency)
        elif one.table.id == SCORES.id:
            yield from score_grids(one.frame.filter(pl.col("target") != NONE), lang, currency)
        else:
            yield table_grid(one.frame, one.table, lang, currency)


MAXIMUM_RESTATED = 30


def _changes(inputs: ReportInputs, desk: Desk) -> tuple[Grid, ...]:
    """The numbers of headlines: against earlier periods, by segments, and as the report before said."""
    return (*_change_grids(inputs, desk), *_restated(inputs, desk))


def _change_grids(inputs: ReportInputs, desk: Desk) -> tuple[Grid, ...]:
    if inputs.changes is None or inputs.kind is PeriodKind.ALL:
        return ()
    currency = desk.numbers.currency
    changes, parts = (
        frame.filter(pl.col("kpi").is_in(kpis_shown(Shown.HEADLINE)), pl.col("value").is_not_null())
        for frame in (inputs.changes.changes, inputs.changes.parts)
    )
    if changes.is_empty():
        return ()
    whole = changes_grid(changes, desk.lang, currency, desk.kind)
    if parts.is_empty():
        return (whole,)
    is_last = pl.col("against") == Against.PREVIOUS
    return whole, split_grid(changes.filter(is_last), parts.filter(is_last), desk.lang, currency, desk.kind)


def _restated(inputs: ReportInputs, desk: Desk) -> Iterator[Grid]:
    if inputs.restated is None:
        return
    restated = inputs.restated.filter(pl.col("kpi").is_in(kpis_shown(Shown.HEADLINE)))
    grid = restated_grid(restated, desk.lang, desk.numbers.currency, desk.kind, MAXIMUM_RESTATED)
    if grid.rows:
        yield grid


def _tables(inputs: ReportInputs) -> list[Table]:
    """The analysis tables that are shown, for the glossary."""
    segments = inputs.customer_segments
    ours = (inputs.flow, segments.sizes if segments else None, segments.moves if segments else None)
    given = [one.table for one in (*ours, *inputs.churn, *inputs.value) if one]
    # The second order is the first gap; the others are beyond the report.
    gaps = [gap_table(2)] if inputs.waits else []
    has_cohorts = not inputs.cohorts.is_empty()
    cohorts = [cohort_table(CohortRules(kind=inputs.kind, incomplete=True))] if has_cohorts else []
    return [*gaps, *cohorts, *given]
