"""Cohorts for readers: one row per cohort and a shaded cell per age, as a table and as a chart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from wieder.kpis.base import State
from wieder.periods import period_at
from wieder.report.charts import HeatCell, Heatmap, HeatRow, Tick, level
from wieder.report.grids import Cell, Grid, Heading, Role, Row, Tone, dimension_name, segment_name
from wieder.report.numbers import numbers_for
from wieder.tables.cohort_rules import Measure, Mode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from wieder.kpis.base import Lang
    from wieder.report.numbers import Number, Numbers
    from wieder.tables.cohort_rules import CohortRules

    Record = dict[str, object]

COLUMNS_BEFORE_AGES = 3
"""The cohort, its customers, and their repeat orders at age 0."""
CHARACTER_WIDTH = 7.4
CELL_HEIGHT = 26.0
SMALLEST_CELL = 34.0
TOP = 24.0


@dataclass(frozen=True, kw_only=True)
class CohortLook:
    """How cohorts are shown."""

    rules: CohortRules
    measure: Measure
    lang: Lang
    currency: str

    @property
    def writer(self) -> Numbers:
        """Writes the cells; the title names the currency, so that cells need no sign."""
        return numbers_for(self.lang)

    @property
    def first_age(self) -> int:
        """Everybody orders at age 0, which is no news in classic and rolling mode."""
        is_share = self.measure in {Measure.RETENTION, Measure.CUSTOMERS}
        return 1 if is_share and self.rules.mode is not Mode.CUMULATIVE else 0

    @property
    def title(self) -> str:
        """What the cells are, and in what steps of time."""
        text = self.writer.text
        unit = f" ({self.currency})" if self.currency and self.measure in MONEY_DIGITS else ""
        mode = text(f"cohorts.mode_{self.rules.mode}") if self.measure in SHARES else ""
        days = self.rules.step_days
        steps = "" if days is None else text("cohorts.elapsed", days=days)
        return f"{text(f'cohorts.{self.measure}')}{unit}{mode}{steps}"


SHARES = {Measure.RETENTION, Measure.CUSTOMERS}
MONEY_DIGITS = {Measure.REVENUE: 0, Measure.AVERAGE_ORDER_VALUE: 2, Measure.LTV: 2}


def cohort_grid(cells: pl.DataFrame, look: CohortLook) -> Grid:
    """One row per cohort of `cells` (see tables.cohorts), up to the last age of which something is known.

    A cell that is not known is empty; one that rests on some of the members only carries a tilde.
    """
    text = look.writer.text
    cohorts, ages = _cohorts(cells, look)
    highest = _highest(cohorts, look)
    headings = (text("column.customers"), text("cohorts.repeat_orders"), *(str(age) for age in ages))
    return Grid(
        title=look.title,
        headings=(
            Heading(text=_first_heading(cells, look)),
            *(Heading(text=heading, numeric=True) for heading in headings),
        ),
        rows=tuple(
            Row(cells=tuple(_cells(cohort, ages, highest, look)), role=_role(cohort[0], look))
            for cohort in cohorts
        ),
    )


def _cohorts(cells: pl.DataFrame, look: CohortLook) -> tuple[list[list[Record]], range]:
    """The rows of each cohort, and the ages that are shown."""
    known = cells.filter(cells[look.measure.column].is_not_null())["age"]
    ages = range(look.first_age, max((int(age) for age in known), default=0) + 1)
    rows = cells.filter(cells["age"] < ages.stop).iter_rows(named=True)
    cohorts = groupby(rows, lambda row: (row["dimension"], row["segment"], row["cohort_start"]))
    return [list(cohort) for _, cohort in cohorts], ages


def _role(row: Record, look: CohortLook) -> Role:
    is_average = look.rules.by_period and row["cohort_start"] is None
    return Role.TOTAL if is_average else Role.PLAIN


def _first_heading(cells: pl.DataFrame, look: CohortLook) -> str:
    dimensions = sorted({dimension for dimension in cells["dimension"] if dimension})
    text = look.writer.text
    return dimension_name(dimensions[0], text) if dimensions else text("chart.cohorts.cohort")


def _highest(cohorts: Sequence[Sequence[Record]], look: CohortLook) -> float:
    shown = (row for cohort in cohorts for row in cohort if _age(row) >= look.first_age)
    return max((float(value) for row in shown if (value := _value(row, look)) is not None), default=0.0)


def _cells(cohort: Sequence[Record], ages: range, highest: float, look: CohortLook) -> Iterator[Cell]:
    by_age = {_age(row): row for row in cohort}
    yield Cell(text=_name(cohort[0], look))
    yield Cell(text=look.writer.count(_number(cohort[0]["customers"])))
    yield Cell(text=look.writer.count(_number(cohort[0]["repeat_orders"])))
    for age in ages:
        value = _value(by_age[age], look)
        if value is None:
            yield Cell(text="")
            continue
        is_partial = by_age[age]["state"] == State.PARTIAL
        yield Cell(
            text=("~" if is_partial else "") + _written(value, look),
            tone=Tone.FAINT if is_partial else Tone.NORMAL,
            heat=level(float(value), highest),
        )


def _name(row: Record, look: CohortLook) -> str:
    text = look.writer.text
    if row["dimension"]:
        return segment_name(str(row["segment"]), text)
    start = row["cohort_start"]
    if start is None:
        return text("cohorts.average") if look.rules.by_period else text("segment.whole")
    return look.writer.short_period(period_at(start, look.rules.kind), look.rules.kind)  # type: ignore[arg-type]


def _written(value: Number, look: CohortLook) -> str:
    if look.measure is Measure.RETENTION:
        return look.writer.whole_percent(value)
    if look.measure in MONEY_DIGITS:
        return look.writer.money(value, MONEY_DIGITS[look.measure])
    return look.writer.count(value)


def _value(row: Record, look: CohortLook) -> Number | None:
    return _number(row[look.measure.column])


def _number(value: object) -> Number | None:
    return value  # type: ignore[return-value]


def _age(row: Record) -> int:
    return row["age"]  # type: ignore[return-value]


def cohort_chart(cells: pl.DataFrame, look: CohortLook) -> Heatmap:
    """The heatmap of `cohort_grid`."""
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
        scale_high=_written(_highest(_cohorts(cells, look)[0], look), look),
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
