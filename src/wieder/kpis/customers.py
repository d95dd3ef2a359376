"""KPIs of customers: their number, orders and revenue."""

from __future__ import annotations

from functools import partial

from wieder.kpis.base import Better, Family, Interval, Kpi, Shown
from wieder.kpis.expressions import n_rows, number_where, sum_of
from wieder.locale.text import Text, Unit
from wieder.marts.customer_periods import CUSTOMER_PERIODS
from wieder.marts.frames import pl

customer_kpi = partial(Kpi, family="customers", mart=CUSTOMER_PERIODS)

customers = customer_kpi(
    id="customers",
    shown={Shown.TILE: 3, Shown.HEADLINE: 5, Shown.SUMMARY: 5},
    unit=Unit.COUNT,
    better=Better.UP,
    label=Text(de="Kunden", en="Customers"),
    meaning=Text(
        de="Verschiedene Kunden mit mindestens einer gültigen Bestellung im Zeitraum. Zeiträume dürfen nicht addiert werden.",
        en="Distinct customers with at least one valid order in the period. Periods must not be added up.",
    ),
    formula=Text(de="Zahl der Kunden mit Bestellung", en="number of customers with an order"),
    numerator=n_rows,
    n=n_rows,
    witness="""
        select p.period, o.segment, count(distinct o.customer), null
        from periods p join witness_orders o on o.day >= p.period_start and o.day < p.period_end
        where o.customer is not null
        group by p.period, o.segment
    """,
)

orders_per_customer = customer_kpi(
    id="orders_per_customer",
    unit=Unit.RATIO,
    better=Better.UP,
    label=Text(de="Bestellungen je Kunde", en="Orders per customer"),
    meaning=Text(
        de="Gültige Bestellungen bekannter Kunden je Kunde mit Bestellung im Zeitraum.",
        en="Valid orders of known customers per customer with an order in the period.",
    ),
    formula=Text(de="Bestellungen bekannter Kunden / Kunden", en="orders of known customers / customers"),
    numerator=sum_of("n_orders"),
    denominator=n_rows,
    witness="""
        select p.period, o.segment, count(*), count(distinct o.customer)
        from periods p join witness_orders o on o.day >= p.period_start and o.day < p.period_end
        where o.customer is not null
        group by p.period, o.segment
    """,
)

revenue_per_customer = customer_kpi(
    id="revenue_per_customer",
    unit=Unit.MONEY,
    better=Better.UP,
    label=Text(de="Umsatz je Kunde", en="Revenue per customer"),
    meaning=Text(
        de="Umsatz mit bekannten Kunden je Kunde mit Bestellung im Zeitraum.",
        en="Revenue from known customers per customer with an order in the period.",
    ),
    formula=Text(de="Umsatz bekannter Kunden / Kunden", en="revenue from known customers / customers"),
    numerator=sum_of("revenue"),
    denominator=n_rows,
    witness="""
        select p.period, o.segment, sum(o.revenue), count(distinct o.customer)
        from periods p join witness_orders o on o.day >= p.period_start and o.day < p.period_end
        where o.customer is not null
        group by p.period, o.segment
    """,
)

returning_customer_rate = customer_kpi(
    id="returning_customer_rate",
    shown={Shown.TILE: 6, Shown.HEADLINE: 4, Shown.SUMMARY: 6},
    unit=Unit.RATE,
    better=Better.UP,
    label=Text(de="Stammkundenanteil", en="Returning customer rate"),
    meaning=Text(
        de="Anteil der Kunden im Zeitraum, deren erste Bestellung vor dem Zeitraum lag.",
        en="Share of the period's customers whose first order was before the period.",
    ),
    formula=Text(
        de="Kunden mit Erstbestellung vor dem Zeitraum / Kunden",
        en="customers first seen before the period / customers",
    ),
    maturity=Text(
        de="erst ab dem zweiten Zeitraum der Daten: vor ihrem Beginn ist niemand bekannt",
        en="only from the second period of the data: before they begin nobody is known",
    ),
    needs_earlier_history=True,
    minimum_n=30,
    interval=Interval.WILSON,
    numerator=number_where(lambda: pl.col("first_period") < pl.col("period")),
    denominator=n_rows,
    witness="""
        with buyers as (
            select distinct p.period, p.period_start, o.customer, o.segment
            from periods p join witness_orders o on o.day >= p.period_start and o.day < p.period_end
            where o.customer is not null and p.period_start > (select min(day) from valid_orders)
        )
        select b.period, b.segment,
            count(*) filter (exists (select 1 from witness_orders e where e.customer = b.customer and e.day < b.period_start)),
            count(*)
        from buyers b
        group by b.period, b.segment
    """,
)

FAMILY = Family(
    place=3,
    label=Text(de="Kunden", en="Customers"),
    kpis=(customers, orders_per_customer, revenue_per_customer, returning_customer_rate),
)
