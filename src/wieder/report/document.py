"""The report as plain data: every section, every text already written, nothing left to compute."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from wieder.periods import Period
from wieder.report.basis import amount_basis
from wieder.report.cohorts import cohort_heatmap
from wieder.report.figures import desk_for, history
from wieder.report.grids import bridge_grid
from wieder.report.sections import clv_equation, glossary, overview, segment_tables
from wieder.report.tiles import tiles
from wieder.report.trends import customers_chart, repeat_chart, revenue_chart

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    import polars as pl

    from wieder.kpis.base import Kpi, Lang
    from wieder.notices import Notice
    from wieder.periods import PeriodKind
    from wieder.report.charts import Heatmap, IntervalBars, StackedBars
    from wieder.report.figures import Desk
    from wieder.report.grids import Grid
    from wieder.report.sections import Equation, GlossaryEntry, Overview, SegmentTable
    from wieder.report.tiles import Tile


@dataclass(frozen=True, kw_only=True)
class ReportInputs:
    """Everything that a report is made from."""

    title: str
    """Empty for the default title."""
    lang: Lang
    currency: str
    """ISO code, or empty if it is not known."""
    as_of: date
    """The first day that is not known any more."""
    history_start: date
    """The day of the first valid order."""
    kind: PeriodKind
    results: pl.DataFrame
    """The result frame by period, with the comparison columns; its last period is complete."""
    whole: pl.DataFrame
    """The result frame over the whole span, one period."""
    segments: pl.DataFrame
    """The result frame by period and one or more dimensions; may be empty."""
    cohorts: pl.DataFrame
    """One row per cohort and age: cohort_start, age, customers, active, state."""
    bridge: pl.DataFrame
    """One row per step: step, rows, orders, amount."""
    notices: tuple[Notice, ...]
    sources: tuple[str, ...]
    """Names of the files that were read."""
    window_days: int
    """A customer is active for this many days after an order."""
    occasion: str
    """`order` or `day`: what a repeat purchase is."""
    amount_includes: tuple[str, ...] | None = None
    """What the amounts of the export include; None where that is not known."""
    amount_less: tuple[str, ...] = ()
    """Columns that are taken off the amounts of the export."""
    witnesses: int | None
    """How many KPIs were recomputed by their witness without a difference; None if none were."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """What the report is about and what it was made from."""

    title: str
    span: str
    as_of: str
    period: str
    sources: tuple[str, ...]
    witnesses: str
    """Empty if the witnesses were not run."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """The whole report, ready to be laid out."""

    lang: Lang
    head: Head
    tiles: tuple[Tile, ...]
    revenue: StackedBars | None
    customers: StackedBars | None
    repeat: IntervalBars | None
    cohorts: Heatmap | None
    equation: Equation | None
    segments: tuple[SegmentTable, ...]
    overview: Overview
    bridge: Grid
    assumptions: tuple[str, ...]
    notices: tuple[Notice, ...]
    glossary: tuple[GlossaryEntry, ...]


MAXIMUM_SOURCES = 6


def build(inputs: ReportInputs, registry: Mapping[str, Kpi]) -> Document:
    """The report of `inputs`. The same inputs always give the same document.

    `inputs.results` and `inputs.whole` need at least one row for the whole shop.
    """
    desk = desk_for(registry, inputs.kind, inputs.lang, inputs.currency)
    by_period, whole = history(inputs.results), history(inputs.whole)
    return Document(
        lang=inputs.lang,
        head=_head(inputs, by_period.periods[-1], desk),
        tiles=tiles(by_period, desk),
        revenue=revenue_chart(by_period, desk),
        customers=customers_chart(by_period, desk),
        repeat=repeat_chart(whole, desk),
        cohorts=cohort_heatmap(inputs.cohorts, desk),
        equation=clv_equation(by_period, desk),
        segments=segment_tables(inputs.segments, desk),
        overview=overview(by_period, whole, desk),
        bridge=bridge_grid(inputs.bridge, inputs.lang, inputs.currency),
        assumptions=tuple(_assumptions(inputs, desk)),
        notices=inputs.notices,
        glossary=glossary(desk),
    )


def _head(inputs: ReportInputs, last: Period, desk: Desk) -> Head:
    n = inputs.witnesses
    return Head(
        title=inputs.title or desk.text("report.title"),
        span=desk.numbers.span(Period(inputs.history_start, inputs.as_of)),
        as_of=desk.numbers.day(inputs.as_of),
        period=desk.numbers.period(last, inputs.kind),
        sources=_sources(inputs.sources, desk),
        witnesses=desk.text("head.witnesses", n=desk.numbers.count(n)) if n else "",
    )


def _sources(sources: Sequence[str], desk: Desk) -> tuple[str, ...]:
    """The names of a few files without their folders, or how many there are of many."""
    names = [PurePath(source).name for source in sources]
    if len(names) <= MAXIMUM_SOURCES:
        return tuple(names)
    count = desk.numbers.count(len(names))
    return (desk.text("head.files", n=count, first=min(names), last=max(names)),)


def _assumptions(inputs: ReportInputs, desk: Desk) -> Iterator[str]:
    yield desk.text("assumption.as_of", day=desk.numbers.day(inputs.as_of))
    yield desk.text("assumption.window", days=inputs.window_days)
    yield desk.text(f"assumption.occasion_{inputs.occasion}")
    yield amount_basis(inputs.amount_includes, inputs.amount_less, desk.text)
    yield desk.text("assumption.refunds")
    yield desk.text("assumption.interval")
    if not inputs.currency:
        yield desk.text("assumption.no_currency")
