"""The charts over time, and repeat purchase by window."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from wieder.kpis.base import State, Unit
from wieder.kpis.customers import customers, returning_customer_rate
from wieder.kpis.loyalty import REPEAT_WITHIN
from wieder.kpis.orders import anonymous_revenue, new_revenue, returning_revenue
from wieder.periods import PeriodKind
from wieder.report.chart_data import data_grid
from wieder.report.charts import IntervalBars, Series, Share, StackedBars, interval_bars, stacked_bars
from wieder.report.figures import figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from wieder.periods import Period
    from wieder.report.figures import Desk, Figure, History
    from wieder.report.grids import Grid
    from wieder.report.readings import Reading

REVENUE_PARTS = {
    "returning": returning_revenue.id,
    "new": new_revenue.id,
    "anonymous": anonymous_revenue.id,
}
LABEL_CHARACTER = 10.5
"""The width of a character on the time axis, on a phone."""
PLOT_WIDTH = 490.0
MONTH_LABEL_LENGTH = 4
MONTHS_APART = (1, 3, 6, 12, 24, 60, 120)


def revenue_chart(history: History, desk: Desk) -> StackedBars | None:
    """Revenue per period: returning, new and anonymous customers. None without results for it."""
    parts = {slug: _values(kpi, history) for slug, kpi in REVENUE_PARTS.items() if kpi in history.by_kpi}
    return _stacked("revenue", parts, Unit.MONEY, history, desk)


def customers_chart(history: History, desk: Desk) -> StackedBars | None:
    """Customers per period: who had ordered before, and who had not. None without results for it.

    Before the first period nobody had ordered: there is no rate of it, but all its customers are new.
    """
    periods = history.charted
    returning = tuple(history.at(returning_customer_rate.id, period).numerator or 0.0 for period in periods)
    new = tuple(all_ - before for all_, before in zip(_values(customers.id, history), returning, strict=True))
    return _stacked("customers", {"returning": returning, "new": new}, Unit.COUNT, history, desk)


def _values(kpi: str, history: History) -> tuple[float, ...]:
    return tuple(history.at(kpi, period).value or 0.0 for period in history.charted)


def _stacked(
    name: str, parts: dict[str, tuple[float, ...]], unit: Unit, history: History, desk: Desk
) -> StackedBars | None:
    shown = {slug: values for slug, values in parts.items() if any(values)}
    if len(history.charted) < 2 or not shown:  # noqa: PLR2004 - one bar shows no course
        return None
    series = [
        Series(slug=slug, label=desk.text(f"chart.{name}.{slug}"), values=values)
        for slug, values in shown.items()
    ]
    table = _trend_table(series, unit, history, desk)
    kind = desk.text(f"per.{desk.kind}")
    return stacked_bars(
        name=name,
        title=desk.text(f"chart.{name}.title", per=kind),
        description=desk.text(f"chart.{name}.description", per=kind),
        series=series,
        period_labels=axis_labels(history.charted, desk),
        tick_label=lambda value: desk.numbers.tick(value, unit),
        table=table,
    )


def _trend_table(series: Sequence[Series], unit: Unit, history: History, desk: Desk) -> Grid:
    """The data of a chart: one row per period, one column per part and their sum."""
    names = [*(one.label for one in series), desk.text("chart.total")]
    parts = zip(*(one.values for one in series), strict=True)
    rows = (
        (
            desk.numbers.period(period, desk.kind),
            *(desk.numbers.value(value, unit) for value in (*values, sum(values))),
        )
        for period, values in zip(history.charted, parts, strict=True)
    )
    return data_grid(desk.text(f"period_kind.{desk.kind}"), names, rows, desk)


def axis_labels(periods: Sequence[Period], desk: Desk) -> list[str]:
    """A label per period, empty where there is no room for one."""
    slot = PLOT_WIDTH / len(periods)
    if desk.kind is PeriodKind.MONTH:
        room = MONTH_LABEL_LENGTH * LABEL_CHARACTER
        apart = next((months for months in MONTHS_APART if months * slot >= room), MONTHS_APART[-1])
        return [_month_label(period.start, apart, desk) for period in periods]
    names = [desk.numbers.short_period(period, desk.kind) for period in periods]
    every = ceil(max(map(len, names)) * LABEL_CHARACTER / slot)
    return [name if index % every == 0 else "" for index, name in enumerate(names)]


def _month_label(month: date, apart: int, desk: Desk) -> str:
    """The year at a January and the name of any other month, every `apart` months."""
    if (month.year * 12 + month.month - 1) % apart:
        return ""
    return str(month.year) if month.month == 1 else desk.numbers.month(month)


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
