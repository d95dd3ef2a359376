"""The charts over time: revenue, and customers, by who had ordered before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.kpis.customers import customers, returning_customer_rate
from wieder.kpis.orders import anonymous_revenue, new_revenue, returning_revenue
from wieder.locale.text import Unit
from wieder.report.section import Section
from wieder.writing.chart_data import data_grid
from wieder.writing.charts import Series, StackedBars, stacked_bars
from wieder.writing.time_axis import axis_labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.asking.grid import Grid
    from wieder.writing.figures import Desk, History

REVENUE_PARTS = {
    "returning": returning_revenue.id,
    "new": new_revenue.id,
    "anonymous": anonymous_revenue.id,
}


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


SECTION = Section(
    name="revenue",
    place=30,
    draws={
        "revenue": lambda material: revenue_chart(material.by_period, material.desk),
        "customers": lambda material: customers_chart(material.by_period, material.desk),
    },
)
