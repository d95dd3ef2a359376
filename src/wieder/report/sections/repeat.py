"""Who buys again: by window, and how long it takes, those counted who have not yet (Kaplan-Meier)."""

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
    from wieder.writing.figures import Desk, Figure, History
    from wieder.writing.readings import Reading

LAST_DAY = 365
HORIZONS = (30, 60, 90, 180, 365)
"""Days after the first order that are marked, and rows of the table."""
LABELLED = (0, 30, 90, 180, 270, 365)
SHORTEST = 30
"""A curve of fewer days says nothing yet."""


def repeat_chart(whole: History, desk: Desk) -> IntervalBars | None:
    """The repeat purchase rate by window, over the whole span. None if no window is known."""
    known = {
        days: whole.at(kpi.id, whole.periods[-1])
        for days, kpi in REPEAT_WITHIN.items()
        if kpi.id in desk.registry
    }
    if all(one.state is State.NONE for one in known.values()):
        return None
    figures = {days: figure(one, desk, PeriodKind.ALL) for days, one in known.items()}
    return interval_bars(
        name="repeat",
        title=desk.text("chart.repeat.title"),
        description=desk.text("chart.repeat.description"),
        shares=[_share(days, one, figures[days], desk) for days, one in known.items()],
        table=_repeat_table(figures, desk),
    )


def _share(days: int, reading: Reading, shown: Figure, desk: Desk) -> Share:
    is_known = reading.value is not None
    return Share(
        label=desk.text("chart.repeat.window", days=days),
        value=reading.value,
        low=reading.ci_low,
        high=reading.ci_high,
        text=shown.value,
        note=desk.text("chart.n", n=shown.n) if is_known else shown.state_name,
        title=f"{shown.label}: {shown.value} ({shown.interval})"
        if is_known
        else f"{shown.label}: {shown.reason}",
    )


def _repeat_table(figures: Mapping[int, Figure], desk: Desk) -> Grid:
    names = (desk.text(f"column.{name}") for name in ("value", "interval", "numerator", "denominator"))
    rows = (
        (desk.text("chart.repeat.window", days=days), one.value, one.interval, one.numerator, one.denominator)
        for days, one in figures.items()
    )
    return data_grid(desk.text("chart.repeat.heading"), names, rows, desk)


@dataclass(frozen=True, kw_only=True)
class Bought:
    """What is known of one day after the first order."""

    days: int
    share: float
    """Who has bought a second time by then."""
    low: float
    high: float
    waiting: int
    """Customers who were observed for so long and had not bought again before."""

    @property
    def point(self) -> Point:
        """The day on the curve."""
        return Point(x=self.days, value=self.share, low=self.low, high=self.high)


@dataclass(frozen=True, kw_only=True)
class SecondOrder:
    """When customers buy a second time."""

    chart: LineChart
    median: str
    """By when half of them have, or that fewer have in the time observed."""


def second_order(waits: Sequence[Waits], desk: Desk) -> SecondOrder | None:
    """The share of customers who bought again, by days after the first order.

    `waits` count each customer once, by the days to the second purchase or, without
    one, the days observed. None where nobody was observed for `SHORTEST` days.
    """
    curve = kaplan_meier(waits)
    bought = {day: one for day in range(LAST_DAY + 1) if (one := _bought(curve, waits, day))}
    if len(bought) <= SHORTEST:
        return None
    return SecondOrder(chart=_chart(bought, desk), median=_median(curve, desk))


def _chart(bought: Mapping[int, Bought], desk: Desk) -> LineChart:
    rows = [bought[day] for day in HORIZONS if day in bought]
    labels = [(day, desk.numbers.count(day)) for day in LABELLED if day in bought]
    return line_chart(
        name="second-order",
        title=desk.text("chart.second_order.title"),
        description=desk.text("chart.second_order.description"),
        points=[one.point for one in bought.values()],
        is_stepped=True,
        labels=labels,
        marks=[one.point for one in rows],
        tick_label=lambda value: desk.numbers.tick(value, Unit.RATE),
        table=_table(rows, desk),
    )


def _bought(curve: Curve, waits: Sequence[Waits], day: int) -> Bought | None:
    step = curve.at(day)
    if step is None:
        return None
    low, high = step.interval or (step.survival, step.survival)
    waiting = sum(one.events + one.censored for one in waits if one.days >= day) if day in HORIZONS else 0
    return Bought(days=day, share=1 - step.survival, low=1 - high, high=1 - low, waiting=waiting)


def _median(curve: Curve, desk: Desk) -> str:
    days = curve.median()[0]
    if days is None:
        return desk.text("chart.second_order.no_median")
    return desk.text("chart.second_order.median", days=desk.numbers.count(days))


def _table(rows: Sequence[Bought], desk: Desk) -> Grid:
    names = (desk.text(f"chart.second_order.{name}") for name in ("share", "interval", "waiting"))
    texts = (
        (
            desk.text("chart.repeat.window", days=one.days),
            desk.numbers.percent(one.share),
            desk.numbers.interval(one.low, one.high),
            desk.numbers.count(one.waiting),
        )
        for one in rows
    )
    return data_grid(desk.text("chart.second_order.days"), names, texts, desk)


def _gather(gathering: Gathering) -> tuple[Waits, ...]:
    """Each customer whose first order is in what is shown, once: by the days until the second occasion.

    Of those who have none it is known only that they waited until the day before as-of.
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
    """The second order is the first gap; the others are beyond the report."""
    return (gap_table(2),) if _found(findings) else ()


SECTION = Section(
    name="repeat",
    place=40,
    draws={
        "repeat": lambda material: repeat_chart(material.whole, material.desk),
        "second_order": lambda material: second_order(_found(material.findings), material.desk),
    },
    gather=_gather,
    terms=_terms,
)
