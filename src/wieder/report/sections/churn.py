"""Churn: the churn rate over time, and the error rates of each method."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import dropwhile
from typing import TYPE_CHECKING

from wieder.kpis import kpis_shown
from wieder.kpis.base import Shown, State
from wieder.kpis.retention import churn_rate
from wieder.locale.text import Unit
from wieder.questions.churn.grids import churn_grids
from wieder.questions.churn.methods import churn_of_shop
from wieder.questions.churn.rules import RULES, rules_table
from wieder.questions.churn.table import CHURN as CHURN_TABLE
from wieder.report.findings import TableInput
from wieder.report.section import Section
from wieder.writing.chart_data import data_grid
from wieder.writing.curves import LineChart, Point, line_chart
from wieder.writing.figures import Figure, figure
from wieder.writing.time_axis import axis_labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.asking.grid import Grid
    from wieder.report.findings import Findings
    from wieder.report.gathering import Gathering
    from wieder.report.section import Material
    from wieder.writing.figures import History, RenderContext
    from wieder.writing.readings import Reading


@dataclass(frozen=True, kw_only=True)
class Churn:
    """The content of the section on churn."""

    chart: LineChart | None
    figures: tuple[Figure, ...]
    tables: tuple[Grid, ...]
    """The methods side by side, and the error rates of the rule."""


def churn(history: History, tables: Sequence[Grid], context: RenderContext) -> Churn | None:
    """The section; None if neither a churn KPI nor a table is known."""
    shown = [history.latest_known(kpi) for kpi in kpis_shown(Shown.CHURN, context.registry)]
    known = [one for one in shown if one.value is not None]
    if not known and not tables:
        return None
    return Churn(
        chart=_chart(history, context) if churn_rate.id in context.registry else None,
        figures=tuple(figure(one, context) for one in known),
        tables=tuple(tables),
    )


def _chart(history: History, context: RenderContext) -> LineChart | None:
    readings = list(dropwhile(_is_open, (history.at(churn_rate.id, period) for period in history.charted)))
    points = [_point(place, one) for place, one in enumerate(readings)]
    known = [point for point in points if point.value is not None]
    if len(known) < 2:  # noqa: PLR2004 - a line needs two points
        return None
    return line_chart(
        name="churn",
        title=context.text("chart.churn.title", per=context.text(f"per.{context.kind}")),
        description=context.text("chart.churn.description"),
        points=points,
        is_stepped=False,
        labels=list(enumerate(axis_labels([one.period for one in readings], context))),
        marks=known,
        tick_label=lambda value: context.numbers.tick(value, Unit.RATE),
        table=_table(readings, context),
    )


def _is_open(reading: Reading) -> bool:
    """Whether the value is unknown or may still change."""
    return reading.state is not State.FINAL


def _point(place: int, reading: Reading) -> Point:
    """The point of one period; values that may still change are not drawn."""
    if _is_open(reading):
        return Point(x=place, value=None)
    return Point(x=place, value=reading.value, low=reading.ci_low, high=reading.ci_high)


def _table(readings: Sequence[Reading], context: RenderContext) -> Grid:
    names = ("value", "interval", "numerator", "denominator")
    rows = (
        (one.period, one.value, one.interval, one.numerator, one.denominator)
        for one in (figure(reading, context) for reading in readings)
    )
    columns = (context.text(f"column.{name}") for name in names)
    return data_grid(context.text(f"period_kind.{context.kind}"), columns, rows, context)


def _gather(gathering: Gathering) -> tuple[TableInput, ...]:
    """The methods of churn prediction, and the error rates of the rule; empty without forecasts."""
    expected, asked = gathering.expected, gathering.asked
    if expected is None:
        return ()
    known, plan = expected.fitted, expected.tested.plan
    fitted = (known.model, known.fit) if known else None
    methods, rules = churn_of_shop(asked, expected.tested, fitted)
    windows = sorted(rules["window_days"].unique())
    return (
        TableInput(table=CHURN_TABLE, frame=methods),
        TableInput(table=rules_table(plan.cutoffs, windows, plan.horizon_days), frame=rules),
    )


def _found(findings: Findings) -> tuple[TableInput, ...]:
    found: tuple[TableInput, ...] = findings.gathered.get("churn", ())
    return found


def _draw(material: Material) -> Churn | None:
    return churn(material.by_period, _grids(material), material.context)


def _grids(material: Material) -> tuple[Grid, ...]:
    """The methods side by side, then the error rates of the rule; empty if unknown."""
    if not _found(material.findings):
        return ()
    methods, rules = _found(material.findings)
    lang, currency = material.context.lang, material.findings.currency
    return churn_grids(methods.frame, rules.frame, RULES, lang, currency)


SECTION = Section(
    name="churn",
    place=70,
    draws={"churn": _draw},
    gather=_gather,
    answers=_found,
    short_names={CHURN_TABLE.id: "sheet.churn"},
)
