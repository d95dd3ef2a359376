"""The customer flow as columns: retained, won-back and new customers above zero, lost ones below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from wieder.asking.options import NoOptions
from wieder.kpis.base import State
from wieder.locale.text import Unit
from wieder.periods import Period
from wieder.questions.flow import flow_of
from wieder.report.findings import TableInput
from wieder.report.section import Section
from wieder.writing.chart_data import data_grid
from wieder.writing.charts import Series, StackedBars, stacked_bars
from wieder.writing.figures import MAXIMUM_CHARTED
from wieder.writing.time_axis import axis_labels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wieder.asking.grid import Grid
    from wieder.report.findings import Findings
    from wieder.report.gathering import Gathering
    from wieder.report.section import Material
    from wieder.writing.figures import RenderContext

ABOVE = ("retained", "reactivated", "new")
BELOW = ("lost",)
COLUMNS = ("active_start", "new", "reactivated", "lost", "active_end")
"""Columns of the table, which add up: start + new + reactivated - lost = end."""


def flow_chart(flow: pl.DataFrame, context: RenderContext) -> StackedBars | None:
    """The chart of `flow` (`questions.flow.FLOW`); None if fewer than two periods are known."""
    known = flow.filter(pl.col("dimension") == "", pl.col("state") != State.NONE).sort("period_start")
    rows = known.tail(MAXIMUM_CHARTED).rows(named=True)
    if len(rows) < 2:  # noqa: PLR2004 - a trend needs two columns
        return None
    periods = [Period(row["period_start"], row["period_end"]) for row in rows]
    table = _table(rows, periods, context)
    return stacked_bars(
        name="flow",
        title=context.text("chart.flow.title", per=context.text(f"per.{context.kind}")),
        description=context.text("chart.flow.description"),
        series=_series(ABOVE, rows, context),
        below=_series(BELOW, rows, context),
        period_labels=axis_labels(periods, context),
        tick_label=lambda value: context.numbers.tick(value, Unit.COUNT),
        table=table,
    )


def _series(slugs: Sequence[str], rows: Sequence[Mapping[str, int]], context: RenderContext) -> list[Series]:
    return [
        Series(slug=slug, label=context.text(f"chart.flow.{slug}"), values=tuple(row[slug] for row in rows))
        for slug in slugs
    ]


def _table(rows: Sequence[Mapping[str, int]], periods: Sequence[Period], context: RenderContext) -> Grid:
    texts = (
        (
            context.numbers.period(period, context.kind),
            *(context.numbers.count(row[name]) for name in COLUMNS),
        )
        for row, period in zip(rows, periods, strict=True)
    )
    columns = (context.text(f"chart.flow.{name}") for name in COLUMNS)
    return data_grid(context.text(f"period_kind.{context.kind}"), columns, texts, context)


def _gather(gathering: Gathering) -> TableInput:
    answer = flow_of(gathering.asked, NoOptions())
    return TableInput(table=answer.table, frame=answer.frame)


def _found(findings: Findings) -> TableInput | None:
    found: TableInput | None = findings.gathered.get("flow")
    return found


def _draw(material: Material) -> StackedBars | None:
    flow = _found(material.findings)
    return flow_chart(flow.frame, material.context) if flow else None


def _answers(findings: Findings) -> tuple[TableInput, ...]:
    flow = _found(findings)
    return (flow,) if flow else ()


SECTION = Section(name="flow", place=60, draws={"flow": _draw}, gather=_gather, answers=_answers)
