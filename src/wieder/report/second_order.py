"""How long it takes customers to buy a second time, those counted who have not yet (Kaplan-Meier)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.kpis.base import Unit
from wieder.models.kaplan_meier import kaplan_meier
from wieder.report.chart_data import data_grid
from wieder.report.curves import LineChart, Point, line_chart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wieder.models.kaplan_meier import Curve, Waits
    from wieder.report.figures import Desk
    from wieder.report.grids import Grid

LAST_DAY = 365
HORIZONS = (30, 60, 90, 180, 365)
"""Days after the first order that are marked, and rows of the table."""
LABELLED = (0, 30, 90, 180, 270, 365)
SHORTEST = 30
"""A curve of fewer days says nothing yet."""


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
