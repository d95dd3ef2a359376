"""The flow of customers as columns: who was kept, came back or came new above zero, who was lost below."""

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
    from wieder.writing.figures import Desk

ABOVE = ("retained", "reactivated", "new")
BELOW = ("lost",)
COLUMNS = ("active_start", "new", "reactivated", "lost", "active_end")
"""The addition that the table shows: start + new + reactivated - lost = end."""


def flow_chart(flow: pl.DataFrame, desk: Desk) -> StackedBars | None:
    """The chart of `flow` (see `questions.flow.FLOW`); None if fewer than two periods are known."""
    known = flow.filter(pl.col("dimension") == "", pl.col("state") != State.NONE).sort("period_start")
    rows = known.tail(MAXIMUM_CHARTED).rows(named=True)
    if len(rows) < 2:  # noqa: PLR2004 - one column shows no course
        return None
    periods = [Period(row["period_start"], row["period_end"]) for row in rows]
    table = _table(rows, periods, desk)
    return stacked_bars(
        name="flow",
        title=desk.text("chart.flow.title", per=desk.text(f"per.{desk.kind}")),
        description=desk.text("chart.flow.description"),
        series=_series(ABOVE, rows, desk),
        below=_series(BELOW, rows, desk),
        period_labels=axis_labels(periods, desk),
        tick_label=lambda value: desk.numbers.tick(value, Unit.COUNT),
        table=table,
    )


def _series(slugs: Sequence[str], rows: Sequence[Mapping[str, int]], desk: Desk) -> list[Series]:
    return [
        Series(slug=slug, label=desk.text(f"chart.flow.{slug}"), values=tuple(row[slug] for row in rows))
        for slug in slugs
    ]


def _table(rows: Sequence[Mapping[str, int]], periods: Sequence[Period], desk: Desk) -> Grid:
    texts = (
        (desk.numbers.period(period, desk.kind), *(desk.numbers.count(row[name]) for name in COLUMNS))
        for row, period in zip(rows, periods, strict=True)
    )
    columns = (desk.text(f"chart.flow.{name}") for name in COLUMNS)
    return data_grid(desk.text(f"period_kind.{desk.kind}"), columns, texts, desk)


def _gather(gathering: Gathering) -> TableInput:
    answer = flow_of(gathering.asked, NoOptions())
    return TableInput(table=answer.table, frame=answer.frame)


def _found(findings: Findings) -> TableInput | None:
    found: TableInput | None = findings.gathered.get("flow")
    return found


def _draw(material: Material) -> StackedBars | None:
    flow = _found(material.findings)
    return flow_chart(flow.frame, material.desk) if flow else None


def _answers(findings: Findings) -> tuple[TableInput, ...]:
    flow = _found(findings)
    return (flow,) if flow else ()


SECTION = Section(name="flow", place=60, draws={"flow": _draw}, gather=_gather, answers=_answers)
