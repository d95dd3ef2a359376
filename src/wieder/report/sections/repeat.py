"""Repeat purchases: the rate by window, and the time to the second order by Kaplan-Meier.

The Kaplan-Meier curve also counts customers who have not bought again yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from wieder.kpis.base import State
from wieder.kpis.loyalty import REPEAT_WITHIN
from wieder.locale.text import Unit
from wieder.models.kaplan_meier import Waits, kaplan_meier
from wieder.periods import PeriodKind
from wieder.questions.gaps import gap_table
from wieder.report.section import Section
from wieder.writing.chart_data import data_grid
from wieder.writing.charts import IntervalBars, Share, interval_bars
from wieder.writing.curves import LineChart, Point, line_chart
from wieder.writing.figures import figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wieder.asking.grid import Grid
    from wieder.asking.table import Table
    from wieder.models.kaplan_meier import Curve
    from wieder.report.findings import Findings
    from wieder.report.gathering import Gathering
    from wieder.writing.figures import Figure, History, RenderContext
    from wieder.writing.readings import Reading

LAST_DAY = 365
HORIZONS = (30, 60, 90, 180, 365)
"""Days after the first order that are marked on the curve and are rows of the table."""
LABELLED = (0, 30, 90, 180, 270, 365)
SHORTEST = 30
"""Minimum length of a curve in days; a shorter one is not meaningful yet."""


def repeat_chart(whole: History, context: RenderContext) -> IntervalBars | None:
    """The repeat purchase rate by window over the whole span; None if no window is known."""
    known = {
        days: whole.at(kpi.id, whole.periods[-1])
        for days, kpi in REPEAT_WITHIN.items()
        if kpi.id in context.registry
    }
    if all(one.state is State.NONE for one in known.values()):
        return None
    figures = {days: figure(one, context, PeriodKind.ALL) for days, one in known.items()}
    return interval_bars(
        name="repeat",
        title=context.text("chart.repeat.title"),
        description=context.text("chart.repeat.description"),
        shares=[_share(days, one, figures[days], context) for days, one in known.items()],
        table=_repeat_table(figures, context),
    )


def _share(days: int, reading: Reading, shown: Figure, context: RenderContext) -> Share:
    is_known = reading.value is not None
    return Share(
        label=context.text("chart.repeat.window", days=days),
        value=reading.value,
        low=reading.ci_low,
        high=reading.ci_high,
        text=shown.value,
        note=context.text("chart.n", n=shown.n) if is_known else shown.state_name,
        title=f"{shown.label}: {shown.value} ({shown.interval})"
        if is_known
        else f"{shown.label}: {shown.reason}",
    )


def _repeat_table(figures: Mapping[int, Figure], context: RenderContext) -> Grid:
    names = (context.text(f"column.{name}") for name in ("value", "interval", "numerator", "denominator"))
    rows = (
        (
            context.text("chart.repeat.window", days=days),
            one.value,
            one.interval,
            one.numerator,
            one.denominator,
        )
        for days, one in figures.items()
    )
    return data_grid(context.text("chart.repeat.heading"), names, rows, context)


@dataclass(frozen=True, kw_only=True)
class Bought:
    """One day of the curve of second purchases, counted from the first order."""

    days: int
    share: float
    """Share of customers with a second purchase by that day."""
    low: float
    high: float
    waiting: int
    """Customers observed up to that day without a second purchase before it."""

    @property
    def point(self) -> Point:
        """The day on the curve."""
        return Point(x=self.days, value=self.share, low=self.low, high=self.high)


@dataclass(frozen=True, kw_only=True)
class SecondOrder:
    """The time until customers buy a second time."""

    chart: LineChart
    median: str
    """A sentence on the day by which half have bought again, or that fewer have in the time observed."""


def second_order(waits: Sequence[Waits], context: RenderContext) -> SecondOrder | None:
    """The share of customers who bought again, by days after the first order.

    `waits` count each customer once, by the days to the second purchase or, without
    one, the days observed. None if no customer was observed for `SHORTEST` days.
    """
    curve = kaplan_meier(waits)
    bought = {day: one for day in range(LAST_DAY + 1) if (one := _bought(curve, waits, day))}
    if len(bought) <= SHORTEST:
        return None
    return SecondOrder(chart=_chart(bought, context), median=_median(curve, context))


def _chart(bought: Mapping[int, Bought], context: RenderContext) -> LineChart:
    rows = [bought[day] for day in HORIZONS if day in bought]
    labels = [(day, context.numbers.count(day)) for day in LABELLED if day in bought]
    return line_chart(
        name="second-order",
        title=context.text("chart.second_order.title"),
        description=context.text("chart.second_order.description"),
        points=[one.point for one in bought.values()],
        is_stepped=True,
        labels=labels,
        marks=[one.point for one in rows],
        tick_label=lambda value: context.numbers.tick(value, Unit.RATE),
        table=_table(rows, context),
    )


def _bought(curve: Curve, waits: Sequence[Waits], day: int) -> Bought | None:
    step = curve.at(day)
    if step is None:
        return None
    low, high = step.interval or (step.survival, step.survival)
    waiting = sum(one.events + one.censored for one in waits if one.days >= day) if day in HORIZONS else 0
    return Bought(days=day, share=1 - step.survival, low=1 - high, high=1 - low, waiting=waiting)


def _median(curve: Curve, context: RenderContext) -> str:
    days = curve.median()[0]
    if days is None:
        return context.text("chart.second_order.no_median")
    return context.text("chart.second_order.median", days=context.numbers.count(days))


def _table(rows: Sequence[Bought], context: RenderContext) -> Grid:
    names = (context.text(f"chart.second_order.{name}") for name in ("share", "interval", "waiting"))
    texts = (
        (
            context.text("chart.repeat.window", days=one.days),
            context.numbers.percent(one.share),
            context.numbers.interval(one.low, one.high),
            context.numbers.count(one.waiting),
        )
        for one in rows
    )
    return data_grid(context.text("chart.second_order.days"), names, texts, context)


def _gather(gathering: Gathering) -> tuple[Waits, ...]:
    """The waits of customers with their first order in the shown span, by days to the second occasion.

    Customers without one are censored on the day before the report date.
    """
    asked = gathering.asked
    first, second, last = pl.col("first_day"), pl.col("second_day"), pl.lit(asked.as_of - timedelta(days=1))
    counts = (
        gathering.first_orders.filter(first >= asked.shown_span.start, first < asked.shown_span.end)
        .group_by((pl.coalesce(second, last) - first).dt.total_days().alias("days"))
        .agg(second.count().alias("events"), second.null_count().alias("censored"))
        .sort("days")
    )
    return tuple(Waits(**row) for row in counts.iter_rows(named=True))


def _found(findings: Findings) -> tuple[Waits, ...]:
    found: tuple[Waits, ...] = findings.gathered.get("repeat", ())
    return found


def _terms(findings: Findings) -> tuple[Table, ...]:
    """The table of the gap before the second order; the report does not use later gaps."""
    return (gap_table(2),) if _found(findings) else ()


SECTION = Section(
    name="repeat",
    place=40,
    draws={
        "repeat": lambda material: repeat_chart(material.whole, material.context),
        "second_order": lambda material: second_order(_found(material.findings), material.context),
    },
    gather=_gather,
    terms=_terms,
)
