"""The cohort heatmap: the share of each period's new customers who bought again in later periods."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import polars as pl

from wieder.asking.grid import Cell, Grid, Heading, Row
from wieder.kpis.base import State
from wieder.periods import PeriodKind, period_at
from wieder.questions.cohorts import CohortOptions, cohorts_of
from wieder.questions.cohorts.rules import CohortRules
from wieder.questions.cohorts.table import cohort_table
from wieder.report.section import Section, Sheet
from wieder.report.table_sheets import sheet_title
from wieder.writing.charts import HeatCell, Heatmap, HeatRow, Tick, level
from wieder.writing.sheets import Cell as SheetCell
from wieder.writing.sheets import Style, add_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from wieder.asking.table import Table
    from wieder.report.findings import Findings
    from wieder.report.gathering import Gathering
    from wieder.report.section import Material
    from wieder.writing.figures import RenderContext
    from wieder.writing.sheets import Book

MAXIMUM_COHORTS = 24
"""The heatmap shows only the most recent cohorts, up to this number; the frame behind it has all."""
MAXIMUM_AGE = 24
LABEL_WIDTH = 78.0
SIZE_WIDTH = 62.0
CELL_WIDTH = 34.0
CELL_HEIGHT = 26.0
TOP = 24.0
SHADES = {"min_color": "#F1F6FA", "max_color": "#33658D"}
"""Colour scale of the sheet."""


@dataclass(frozen=True, kw_only=True)
class CohortCell:
    """The customers of a cohort who bought in one period after that of their first order."""

    age: int
    active: int
    share: float
    state: State


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """The customers with their first order in one period."""

    start: date
    customers: int
    cells: tuple[CohortCell, ...]
    """One per known period, beginning with the period after that of the first order."""


def cohort_heatmap(cohorts: pl.DataFrame, context: RenderContext) -> Heatmap | None:
    """The heatmap of `cohorts` (one row per cohort and age); None if no later period is known."""
    shown = cohorts_in(cohorts)[-MAXIMUM_COHORTS:]
    ages = range(1, max((cell.age for cohort in shown for cell in cohort.cells), default=0) + 1)
    if not ages:
        return None
    highest = max(cell.share for cohort in shown for cell in cohort.cells)
    left = LABEL_WIDTH + SIZE_WIDTH
    nth = context.text(f"nth.{context.kind}")
    return Heatmap(
        id="chart-cohorts",
        title=context.text("chart.cohorts.title", nth=nth),
        lead=context.text("section.cohorts_lead", nth=nth),
        description=context.text("chart.cohorts.description"),
        width=left + CELL_WIDTH * len(ages),
        height=TOP + CELL_HEIGHT * len(shown),
        cell_width=CELL_WIDTH,
        cell_height=CELL_HEIGHT,
        size_x=left - 10,
        size_heading=context.text("column.customers"),
        column_ticks=tuple(Tick(at=left + CELL_WIDTH * (age - 0.5), label=str(age)) for age in ages),
        rows=tuple(_rows(shown, context)),
        cells=tuple(_cells(shown, highest, context)),
        scale_low=context.numbers.percent(0),
        scale_high=context.numbers.percent(highest),
        partial_note=context.text("chart.cohorts.partial"),
        table=_table(shown, ages, context),
    )


def cohorts_in(frame: pl.DataFrame) -> list[Cohort]:
    """The cohorts of a frame with one row per cohort and age, oldest first."""
    rows = frame.sort("cohort_start", "age").iter_rows(named=True)
    return [
        Cohort(start=start, customers=members[0]["customers"], cells=tuple(_known_cells(members)))
        for start, members in (
            (start, list(group)) for start, group in groupby(rows, lambda row: row["cohort_start"])
        )
    ]


def _known_cells(members: list[dict[str, object]]) -> Iterator[CohortCell]:
    for row in members:
        age, active, customers = row["age"], row["active"], row["customers"]
        assert isinstance(age, int)  # noqa: S101
        assert isinstance(customers, int)  # noqa: S101
        if isinstance(active, int) and 0 < age <= MAXIMUM_AGE and customers:
            yield CohortCell(age=age, active=active, share=active / customers, state=State(str(row["state"])))


def _name(cohort: Cohort, context: RenderContext) -> str:
    return context.numbers.short_period(period_at(cohort.start, context.kind), context.kind)


def _rows(cohorts: Sequence[Cohort], context: RenderContext) -> Iterator[HeatRow]:
    for index, cohort in enumerate(cohorts):
        y = TOP + CELL_HEIGHT * (index + 0.5)
        yield HeatRow(y=y, label=_name(cohort, context), size=context.numbers.count(cohort.customers))


def _cells(cohorts: Sequence[Cohort], highest: float, context: RenderContext) -> Iterator[HeatCell]:
    for index, cohort in enumerate(cohorts):
        for cell in cohort.cells:
            yield HeatCell(
                x=LABEL_WIDTH + SIZE_WIDTH + CELL_WIDTH * (cell.age - 1),
                y=TOP + CELL_HEIGHT * index,
                level=level(cell.share, highest),
                label=context.numbers.whole_percent(cell.share),
                title=_cell_title(cohort, cell, context),
                partial=cell.state is State.PARTIAL,
            )


def _cell_title(cohort: Cohort, cell: CohortCell, context: RenderContext) -> str:
    return context.text(
        f"chart.cohorts.cell_{cell.state}",
        cohort=_name(cohort, context),
        age=cell.age,
        share=context.numbers.percent(cell.share),
        active=context.numbers.count(cell.active),
        customers=context.numbers.count(cohort.customers),
    )


def _table(cohorts: Sequence[Cohort], ages: Sequence[int], context: RenderContext) -> Grid:
    """One row per cohort; unknown cells are empty, partial ones are marked with a tilde."""
    return Grid(
        title=context.text("chart.data"),
        headings=(
            Heading(text=context.text("chart.cohorts.cohort")),
            Heading(text=context.text("column.customers"), numeric=True),
            *(Heading(text=str(age), numeric=True) for age in ages),
        ),
        rows=tuple(Row(cells=tuple(_table_cells(cohort, ages, context))) for cohort in cohorts),
    )


def _table_cells(cohort: Cohort, ages: Sequence[int], context: RenderContext) -> Iterator[Cell]:
    yield Cell(text=_name(cohort, context))
    yield Cell(text=context.numbers.count(cohort.customers))
    known = {cell.age: cell for cell in cohort.cells}
    for age in ages:
        cell = known.get(age)
        mark = "~" if cell and cell.state is State.PARTIAL else ""
        yield Cell(text=f"{mark}{context.numbers.percent(cell.share)}" if cell else "")


def _sheet(material: Material, book: Book) -> None:
    """Add a row per cohort and a column per age; cells that are not known yet are empty."""
    cells = _found(material.findings)
    cohorts = [] if cells is None else cohorts_in(cells)
    ages = range(1, max((cell.age for cohort in cohorts for cell in cohort.cells), default=0) + 1)
    if not ages:
        return
    context = material.context
    headings = [context.text("chart.cohorts.cohort"), context.text("column.customers"), *map(str, ages)]
    rows = [list(_sheet_cells(cohort, ages, context)) for cohort in cohorts]
    sheet = add_table(book, sheet_title("cohorts", material.context), headings, rows)
    sheet.conditional_format(
        1,
        2,
        len(rows),
        len(headings) - 1,
        {"type": "2_color_scale", "min_type": "num", "min_value": 0} | SHADES,
    )


def _sheet_cells(cohort: Cohort, ages: Sequence[int], context: RenderContext) -> Iterator[SheetCell]:
    yield SheetCell(context.numbers.short_period(period_at(cohort.start, context.kind), context.kind))
    yield SheetCell(cohort.customers, Style.COUNT)
    shares = {cell.age: cell.share for cell in cohort.cells}
    yield from (SheetCell(shares.get(age), Style.RATE) for age in ages)


def _gather(gathering: Gathering) -> pl.DataFrame | None:
    """Classic retention by calendar age, including the current period; None if the span is one period."""
    if gathering.kpis.kind is PeriodKind.ALL:
        return None
    answer = cohorts_of(gathering.asked.all_periods.silent, CohortOptions())
    return answer.frame.filter(pl.col("cohort_start").is_not_null())


def _found(findings: Findings) -> pl.DataFrame | None:
    found: pl.DataFrame | None = findings.gathered.get("cohorts")
    return found


def _draw(material: Material) -> Heatmap | None:
    cells = _found(material.findings)
    return None if cells is None else cohort_heatmap(cells, material.context)


def _terms(findings: Findings) -> tuple[Table, ...]:
    cells = _found(findings)
    return (
        ()
        if cells is None or cells.is_empty()
        else (cohort_table(CohortRules(kind=findings.kind, incomplete=True)),)
    )


SECTION = Section(
    name="cohorts",
    place=50,
    draws={"cohorts": _draw},
    gather=_gather,
    terms=_terms,
    sheets=(Sheet(place=50, add=_sheet),),
)
