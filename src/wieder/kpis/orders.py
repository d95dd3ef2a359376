"""KPIs of orders and revenue: in total, and of new, returning and anonymous customers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from wieder.kpis.base import Better, Family, Kpi, Shown
from wieder.kpis.expressions import n_rows, number_where, sum_of
from wieder.locale.text import Text, Unit
from wieder.marts.frames import pl
from wieder.marts.purchases import PURCHASES

if TYPE_CHECKING:
    from wieder.kpis.base import Expression

order_kpi = partial(Kpi, family="orders", mart=PURCHASES)


def is_new() -> pl.Expr:
    """Whether it is the customer's first order ever; null for anonymous orders."""
    return pl.col("sequence") == 1


def is_returning() -> pl.Expr:
    """Whether the customer has an earlier order; null for anonymous orders."""
    return pl.col("sequence") > 1


def is_anonymous() -> pl.Expr:
    """Whether the customer is unknown."""
    return pl.col("customer").is_null()


def revenue_where(is_counted: Expression) -> Expression:
    """The revenue of the orders where `is_counted` is true."""
    return lambda: pl.col("revenue").filter(is_counted()).sum()


orders = order_kpi(
    id="orders",
    shown={Shown.TILE: 2, Shown.HEADLINE: 7, Shown.SUMMARY: 1},
    unit=Unit.COUNT,
    better=Better.UP,
    label=Text(de="Bestellungen", en="Orders"),
    meaning=Text(
        de="Gültige Bestellungen: nicht storniert, Betrag über null. Anonyme Bestellungen zählen mit.",
        en="Valid orders: not cancelled, amount above zero. Anonymous orders are included.",
    ),
    formula=Text(de="Zahl der gültigen Bestellungen", en="number of valid orders"),
    numerator=n_rows,
    n=n_rows,
    witness="""
        select p.period, o.segment, count(*) as numerator, null as denominator
        from periods p join witness_orders o on o.day >= p.period_start and o.day < p.period_end
        group by p.period, o.segment
    """,
)

new_orders = order_kpi(
    id="new_orders",
    shown={Shown.HEADLINE: 6},
    unit=Unit.COUNT,
    better=Better.UP,
    label=Text(de="Erstbestellungen", en="First orders"),
    meaning=Text(
        de="Bestellungen, die die erste gültige Bestellung ihres Kunden überhaupt sind; ihre Zahl ist die der Neukunden.",
        en="Orders that are the first valid order of their customer ever; as many as there are new customers.",
    ),
    formula=Text(de="Zahl der Erstbestellungen", en="number of first orders"),
    numerator=number_where(is_new),
    n=n_rows,
    witness="""
        with firsts as (select customer, min((ordered_at, order_id)) as first_order from witness_orders group by customer)
        select p.period, o.segment, count(*) filter ((o.ordered_at, o.order_id) = f.first_order), null
        from periods p
        join witness_orders o on o.day >= p.period_start and o.day < p.period_end
        left join firsts f on f.customer = o.customer
        group by p.period, o.segment
    """,
)

returning_orders = order_kpi(
    id="returning_orders",
    unit=Unit.COUNT,
    better=Better.UP,
    label=Text(de="Folgebestellungen", en="Returning orders"),
    meaning=Text(
        de="Bestellungen von Kunden, die vorher schon eine gültige Bestellung hatten.",
        en="Orders of customers who had a valid order before.",
    ),
    formula=Text(de="Zahl der Folgebestellungen", en="number of orders that are not the first"),
    numerator=number_where(is_returning),
    n=n_rows,
    witness="""
        with firsts as (select customer, min((ordered_at, order_id)) as first_order from witness_orders group by customer)
        select p.period, o.segment, count(*) filter ((o.ordered_at, o.order_id) > f.first_order), null
        from periods p
        join witness_orders o on o.day >= p.period_start and o.day < p.period_end
        left join firsts f on f.customer = o.customer
        group by p.period, o.segment
    """,
)

anonymous_orders = order_kpi(
    id="anonymous_orders",
    unit=Unit.COUNT,
    better=Better.DOWN,
    label=Text(de="Anonyme Bestellungen", en="Anonymous orders"),
    meaning=Text(
        de="Bestellungen ohne Kundenschlüssel. Sie zählen im Umsatz, aber in keiner Kundenkennzahl.",
        en="Orders without a customer key. They are in revenue, but in no customer KPI.",
    ),
    formula=Text(
        de="Zahl der Bestellungen ohne Kundenschlüssel", en="number of orders without a customer key"
    ),
    numerator=number_where(is_anonymous),
    n=n_rows,
    witness="""
        select p.period, o.segment, count(*) - count(o.customer), null
        from periods p join witness_orders o on o.day between p.period_start and p.period_end - 1
        group by p.period, o.segment
    """,
)

revenue = order_kpi(
    id="revenue",
    shown={Shown.TILE: 1, Shown.HEADLINE: 1, Shown.SUMMARY: 2},
    unit=Unit.MONEY,
    better=Better.UP,
    label=Text(de="Umsatz", en="Revenue"),
    meaning=Text(
        de="Summe der Beträge aller gültigen Bestellungen, so wie der Export sie angibt; Erstattungen sind nicht abgezogen.",
        en="Sum of the amounts of all valid orders, as the export gives them; refunds are not deducted.",
    ),
    formula=Text(de="Summe der Bestellbeträge", en="sum of order amounts"),
    numerator=sum_of("revenue"),
    n=n_rows,
    witness="""
        select p.period, o.segment, sum(o.revenue), null
        from periods p join witness_orders o on o.day >= p.period_start and o.day < p.period_end
        group by p.period, o.segment
    """,
)

new_revenue = order_kpi(
    id="new_revenue",
    unit=Unit.MONEY,
    better=Better.UP,
    label=Text(de="Umsatz mit Neukunden", en="New customers' revenue"),
    meaning=Text(
        de="Umsatz der Erstbestellungen. Neu, Folge und anonym ergeben zusammen genau den Umsatz.",
        en="Revenue of first orders. New, returning and anonymous add up to revenue exactly.",
    ),
    formula=Text(de="Summe der Beträge der Erstbestellungen", en="sum of the amounts of first orders"),
    numerator=revenue_where(is_new),
    n=number_where(is_new),
    witness="""
        with firsts as (select customer, min((ordered_at, order_id)) as first_order from witness_orders group by customer)
        select p.period, o.segment, coalesce(sum(o.revenue) filter ((o.ordered_at, o.order_id) = f.first_order), 0), null
        from periods p
        join witness_orders o on o.day >= p.period_start and o.day < p.period_end
        left join firsts f on f.customer = o.customer
        group by p.period, o.segment
    """,
)

returning_revenue = order_kpi(
    id="returning_revenue",
    shown={Shown.SUMMARY: 4},
    unit=Unit.MONEY,
    better=Better.UP,
    label=Text(de="Umsatz mit Stammkunden", en="Returning customers' revenue"),
    meaning=Text(
        de="Umsatz der Folgebestellungen: Der Kunde hatte vorher schon eine gültige Bestellung.",
        en="Revenue of returning orders: the customer had a valid order before.",
    ),
    formula=Text(
        de="Summe der Beträge der Folgebestellungen", en="sum of the amounts of orders that are not the first"
    ),
    numerator=revenue_where(is_returning),
    n=number_where(is_returning),
    witness="""
        with firsts as (select customer, min((ordered_at, order_id)) as first_order from witness_orders group by customer)
        select p.period, o.segment, coalesce(sum(o.revenue) filter ((o.ordered_at, o.order_id) > f.first_order), 0), null
        from periods p
        join witness_orders o on o.day >= p.period_start and o.day < p.period_end
        left join firsts f on f.customer = o.customer
        group by p.period, o.segment
    """,
)

anonymous_revenue = order_kpi(
    id="anonymous_revenue",
    unit=Unit.MONEY,
    better=Better.NEITHER,
    label=Text(de="Anonymer Umsatz", en="Anonymous revenue"),
    meaning=Text(
        de="Umsatz der Bestellungen ohne Kundenschlüssel.",
        en="Revenue of orders without a customer key.",
    ),
    formula=Text(
        de="Summe der Beträge der Bestellungen ohne Kundenschlüssel",
        en="sum of the amounts of orders without a customer key",
    ),
    numerator=revenue_where(is_anonymous),
    n=number_where(is_anonymous),
    witness="""
        select p.period, o.segment, coalesce(sum(o.revenue) filter (o.customer is null), 0), null
        from periods p join witness_orders o on o.day >= p.period_start and o.day < p.period_end
        group by p.period, o.segment
    """,
)

average_order_value = order_kpi(
    id="average_order_value",
    shown={Shown.TILE: 4, Shown.HEADLINE: 8, Shown.SUMMARY: 3},
    unit=Unit.MONEY,
    better=Better.UP,
    label=Text(de="Durchschnittlicher Bestellwert", en="Average order value"),
    meaning=Text(
        de="Umsatz je gültiger Bestellung; Zähler und Nenner umfassen dieselben Bestellungen.",
        en="Revenue per valid order; numerator and denominator cover the same orders.",
    ),
    formula=Text(de="Umsatz / Bestellungen", en="revenue / orders"),
    numerator=sum_of("revenue"),
    denominator=n_rows,
    witness="""
        select p.period, o.segment, sum(o.revenue), count(*)
        from periods p join witness_orders o on o.day >= p.period_start and o.day < p.period_end
        group by p.period, o.segment
    """,
)

median_order_value = order_kpi(
    id="median_order_value",
    unit=Unit.MONEY,
    better=Better.UP,
    label=Text(de="Median des Bestellwerts", en="Median order value"),
    meaning=Text(
        de="Die Hälfte der gültigen Bestellungen liegt darunter, die Hälfte darüber; große Bestellungen verzerren ihn nicht.",
        en="Half of the valid orders are below, half above; large orders do not distort it.",
    ),
    formula=Text(de="mittlerer Wert der Bestellbeträge", en="middle value of order amounts"),
    additive=False,
    numerator=lambda: pl.col("revenue").cast(pl.Float64).median(),
    n=n_rows,
    witness="""
        select p.period, o.segment, quantile_cont(o.revenue::double, 0.5), null
        from periods p join witness_orders o on o.day >= p.period_start and o.day < p.period_end
        group by p.period, o.segment
    """,
)

FAMILY = Family(
    place=1,
    label=Text(de="Bestellungen und Umsatz", en="Orders and revenue"),
    kpis=(
        orders,
        revenue,
        average_order_value,
        median_order_value,
        new_orders,
        returning_orders,
        anonymous_orders,
        new_revenue,
        returning_revenue,
        anonymous_revenue,
    ),
)
