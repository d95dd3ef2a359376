"""Revenue and customers over time, split into new and returning customers."""

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
    from wieder.writing.figures import History, RenderContext

REVENUE_PARTS = {
    "returning": returning_revenue.id,
    "new": new_revenue.id,
    "anonymous": anonymous_revenue.id,
}


def revenue_chart(history: History, context: RenderContext) -> StackedBars | None:
    """Revenue per period from returning, new and anonymous customers; None without results."""
    parts = {slug: _values(kpi, history) for slug, kpi in REVENUE_PARTS.items() if kpi in history.by_kpi}
    return _stacked("revenue", parts, Unit.MONEY, history, context)


def customers_chart(history: History, context: RenderContext) -> StackedBars | None:
    """Returning and new customers per period; None without results.

    In the first period, all customers are new: there is no returning customer rate.
    """
    periods = history.charted
    returning = tuple(history.at(returning_customer_rate.id, period).numerator or 0.0 for period in periods)
    new = tuple(all_ - before for all_, before in zip(_values(customers.id, history), returning, strict=True))
    return _stacked("customers", {"returning": returning, "new": new}, Unit.COUNT, history, context)


def _values(kpi: str, history: History) -> tuple[float, ...]:
    return tuple(history.at(kpi, period).value or 0.0 for period in history.charted)


def _stacked(
    name: str, parts: dict[str, tuple[float, ...]], unit: Unit, history: History, context: RenderContext
) -> StackedBars | None:
    shown = {slug: values for slug, values in parts.items() if any(values)}
    if len(history.charted) < 2 or not shown:  # noqa: PLR2004 - a trend needs two bars
        return None
    series = [
        Series(slug=slug, label=context.text(f"chart.{name}.{slug}"), values=values)
        for slug, values in shown.items()
    ]
    table = _trend_table(series, unit, history, context)
    kind = context.text(f"per.{context.kind}")
    return stacked_bars(
        name=name,
        title=context.text(f"chart.{name}.title", per=kind),
        description=context.text(f"chart.{name}.description", per=kind),
        series=series,
        period_labels=axis_labels(history.charted, context),
        tick_label=lambda value: context.numbers.tick(value, unit),
        table=table,
    )


def _trend_table(series: Sequence[Series], unit: Unit, history: History, context: RenderContext) -> Grid:
    """The data of a chart: one row per period, with a column per part and their sum."""
    names = [*(one.label for one in series), context.text("chart.total")]
    parts = zip(*(one.values for one in series), strict=True)
    rows = (
        (
            context.numbers.period(period, context.kind),
            *(context.numbers.value(value, unit) for value in (*values, sum(values))),
        )
        for period, values in zip(history.charted, parts, strict=True)
    )
    return data_grid(context.text(f"period_kind.{context.kind}"), names, rows, context)


SECTION = Section(
    name="revenue",
    place=30,
    draws={
        "revenue": lambda material: revenue_chart(material.by_period, material.context),
        "customers": lambda material: customers_chart(material.by_period, material.context),
    },
)
