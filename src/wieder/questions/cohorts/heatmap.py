"""Cohorts for readers: one row per cohort and one shaded cell per age, as a table and as a chart."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from itertools import groupby
from typing import TYPE_CHECKING

import polars as pl

from wieder.asking.grid import Cell, Grid, Heading, Role, Row, Tone
from wieder.kpis.base import State
from wieder.periods import period_at
from wieder.questions.cohorts.rules import Measure, Mode
from wieder.writing.charts import HeatCell, Heatmap, HeatRow, Tick, level
from wieder.writing.grids import dimension_name, segment_name
from wieder.writing.numbers import numbers_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from wieder.locale.text import Lang
    from wieder.questions.cohorts.rules import CohortRules
    from wieder.writing.numbers import Number, Numbers

COLUMNS_BEFORE_AGES = 3
"""The cohort, its customers, and their repeat orders at age 0."""
CHARACTER_WIDTH = 7.4
CELL_HEIGHT = 26.0
SMALLEST_CELL = 34.0
TOP = 24.0


@dataclass(frozen=True, kw_only=True)
class CohortLook:
    """Rules, measure, language and currency of a presentation of cohorts."""

    rules: CohortRules
    measure: Measure
    lang: Lang
    currency: str

    @property
    def writer(self) -> Numbers:
        """The formatter of cells, without a currency sign: the title contains the currency."""
        return numbers_for(self.lang)

    @property
    def first_age(self) -> int:
        """The first age shown: 1 for shares in classic and rolling mode, where every customer orders at age 0."""
        is_share = self.measure in {Measure.RETENTION, Measure.CUSTOMERS}
        return 1 if is_share and self.rules.mode is not Mode.CUMULATIVE else 0

    @property
    def title(self) -> str:
        """Measure, currency, mode and step of age."""
        text = self.writer.text
        unit = f" ({self.currency})" if self.currency and self.measure in MONEY_DIGITS else ""
        mode = text(f"cohorts.mode_{self.rules.mode}") if self.measure in SHARES else ""
        days = self.rules.step_days
        steps = "" if days is None else text("cohorts.elapsed", days=days)
        return f"{text(f'cohorts.{self.measure}')}{unit}{mode}{steps}"


SHARES = {Measure.RETENTION, Measure.CUSTOMERS}
MONEY_DIGITS = {Measure.REVENUE: 0, Measure.AVERAGE_ORDER_VALUE: 2, Measure.LTV: 2}


@dataclass(frozen=True)
class CohortCell:
    """One row of the cohort table, with the measure shown."""

    dimension: str
    segment: str
    cohort_start: date | None
    age: int
    customers: int
    repeat_orders: int | None
    state: str
    value: Number | None

    @property
    def cohort(self) -> tuple[str, str, date | None]:
        """The key of the cohort."""
        return self.dimension, self.segment, self.cohort_start


def cohort_grid(cells: pl.DataFrame, look: CohortLook) -> Grid:
    """Return one row per cohort of `cells` (see `table.COLUMNS`), up to the last age with a known value.

    Unknown cells are empty; cells that cover only some members of the cohort have a tilde.
    """
    text = look.writer.text
    cohorts = _cohorts(cells, look)
    ages = sorted({cell.age for cohort in cohorts for cell in _shown(cohort, look)})
    highest = _highest(cohorts, look)
    headings = (text("column.customers"), text("cohorts.repeat_orders"), *(str(age) for age in ages))
    return Grid(
        title=look.title,
        headings=(
            Heading(text=_first_heading(cells, look)),
            *(Heading(text=heading, numeric=True) for heading in headings),
        ),
        rows=tuple(
            Row(cells=tuple(_cells(cohort, highest, look)), role=_role(cohort[0], look)) for cohort in cohorts
        ),
    )


def _cohorts(cells: pl.DataFrame, look: CohortLook) -> list[list[CohortCell]]:
    """Return the cells of each cohort, up to the last age with a known value."""
    names = [field.name for field in fields(CohortCell)]
    rows = cells.with_columns(value=look.measure.column).select(names)
    last = pl.col("age").filter(pl.col("value").is_not_null()).max().fill_null(0)
    shown = [CohortCell(*row) for row in rows.filter(pl.col("age") <= last).iter_rows()]
    return [list(cohort) for _, cohort in groupby(shown, lambda cell: cell.cohort)]


def _shown(cohort: Sequence[CohortCell], look: CohortLook) -> Sequence[CohortCell]:
    return [cell for cell in cohort if cell.age >= look.first_age]


def _highest(cohorts: Sequence[Sequence[CohortCell]], look: CohortLook) -> float:
    shown = (cell.value for cohort in cohorts for cell in _shown(cohort, look))
    return max((float(value) for value in shown if value is not None), default=0.0)


def _role(cell: CohortCell, look: CohortLook) -> Role:
    is_average = look.rules.by_period and cell.cohort_start is None
    return Role.TOTAL if is_average else Role.PLAIN


def _first_heading(cells: pl.DataFrame, look: CohortLook) -> str:
    dimensions = sorted({dimension for dimension in cells["dimension"] if dimension})
    text = look.writer.text
    return dimension_name(dimensions[0], text) if dimensions else text("chart.cohorts.cohort")


def _cells(cohort: Sequence[CohortCell], highest: float, look: CohortLook) -> Iterator[Cell]:
    first = cohort[0]
    yield Cell(text=_name(first, look))
    yield Cell(text=look.writer.count(first.customers))
    yield Cell(text=look.writer.count(first.repeat_orders))
    for cell in _shown(cohort, look):
        yield Cell(text="") if cell.value is None else _known_cell(cell, cell.value, highest, look)


def _known_cell(cell: CohortCell, value: Number, highest: float, look: CohortLook) -> Cell:
    is_partial = cell.state == State.PARTIAL
    return Cell(
        text=("~" if is_partial else "") + _written(value, look),
        tone=Tone.FAINT if is_partial else Tone.NORMAL,
        heat=level(float(value), highest),
    )


def _name(cell: CohortCell, look: CohortLook) -> str:
    text = look.writer.text
    if cell.dimension:
        return segment_name(cell.segment, text)
    if cell.cohort_start is None:
        return text("cohorts.average") if look.rules.by_period else text("segment.whole")
    return look.writer.short_period(period_at(cell.cohort_start, look.rules.kind), look.rules.kind)


def _written(value: Number, look: CohortLook) -> str:
    if look.measure is Measure.RETENTION:
        return look.writer.whole_percent(value)
    if look.measure in MONEY_DIGITS:
        return look.writer.money(value, MONEY_DIGITS[look.measure])
    return look.writer.count(value)


def cohort_chart(cells: pl.DataFrame, look: CohortLook) -> Heatmap:
    """Return `cohort_grid` as a heatmap."""
    text = look.writer.text
    grid = cohort_grid(cells, look)
    ages = grid.headings[COLUMNS_BEFORE_AGES:]
    width = max(
        SMALLEST_CELL, CHARACTER_WIDTH * _longest(grid, range(COLUMNS_BEFORE_AGES, len(grid.headings))) + 8
    )
    name_width = CHARACTER_WIDTH * _longest(grid, range(1)) + 8
    left = name_width + CHARACTER_WIDTH * max(_longest(grid, range(1, 2)), len(text("column.customers"))) + 12
    return Heatmap(
        id="chart-cohorts",
        title=grid.title,
        lead=text("cohorts.lead"),
        description=text("cohorts.lead"),
        width=left + width * len(ages),
        height=TOP + CELL_HEIGHT * len(grid.rows),
        cell_width=width,
        cell_height=CELL_HEIGHT,
        size_x=left - 10,
        size_heading=text("column.customers"),
        column_ticks=tuple(
            Tick(at=left + width * (index + 0.5), label=heading.text) for index, heading in enumerate(ages)
        ),
        rows=tuple(
            HeatRow(y=TOP + CELL_HEIGHT * (index + 0.5), label=row.cells[0].text, size=row.cells[1].text)
            for index, row in enumerate(grid.rows)
        ),
        cells=tuple(_heat_cells(grid, left, width)),
        scale_low=look.writer.count(0),
        scale_high=_written(_highest(_cohorts(cells, look), look), look),
        partial_note=text("cohorts.partial"),
        table=replace(grid, title=text("chart.data")),
    )


def _longest(grid: Grid, columns: range) -> int:
    return max((len(row.cells[column].text) for row in grid.rows for column in columns), default=0)


def _heat_cells(grid: Grid, left: float, width: float) -> Iterator[HeatCell]:
    for row_index, row in enumerate(grid.rows):
        for index, cell in enumerate(row.cells[COLUMNS_BEFORE_AGES:]):
            if cell.heat is not None:
                age = grid.headings[COLUMNS_BEFORE_AGES + index].text
                yield HeatCell(
                    x=round(left + width * index, 1),
                    y=TOP + CELL_HEIGHT * row_index,
                    level=cell.heat,
                    label=cell.text,
                    title=f"{row.cells[0].text} + {age}: {cell.text}",
                    partial=cell.tone is Tone.FAINT,
                )
