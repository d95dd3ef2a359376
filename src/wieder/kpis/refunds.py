"""KPIs of refunds, by day of the order and by day of the refund."""

from __future__ import annotations

from functools import partial

from wieder.kpis.base import Better, Family, Interval, Kpi, Shown
from wieder.kpis.expressions import sum_of
from wieder.locale.text import Text, Unit
from wieder.marts.frames import pl
from wieder.marts.refund_days import REFUND_DAYS
from wieder.marts.refunds import REFUNDS

refund_kpi = partial(Kpi, family="orders", mart=REFUNDS)

refunds = refund_kpi(
    id="refunds",
    unit=Unit.MONEY,
    better=Better.DOWN,
    label=Text(de="Erstattungen, nach Bestelltag", en="Refunds, by day of the order"),
    meaning=Text(
        de="Was von den gültigen Bestellungen des Zeitraums bis heute erstattet wurde, egal wann; höchstens der Betrag der Bestellung. Unbekannt, wenn kein Export Erstattungen nennt.",
        en="What was refunded so far of the valid orders of the period, on whatever day; at most the amount of the order. Unknown if no export has refunds.",
    ),
    formula=Text(de="Summe der Erstattungen der Bestellungen", en="sum of what was refunded of the orders"),
    maturity=Text(de="wenn nichts mehr erstattet wird", en="when nothing more is refunded"),
    numerator=sum_of("refunded"),
    n=sum_of("n_refunded"),
    witness="""
        select p.period, o.segment, sum(o.refunded), null
        from periods p join witness_orders o on o.day >= p.period_start and o.day < p.period_end
        where o.refunded is not null
        group by p.period, o.segment
    """,
)

net_revenue = refund_kpi(
    id="net_revenue",
    unit=Unit.MONEY,
    better=Better.UP,
    label=Text(de="Umsatz nach Erstattungen", en="Revenue net of refunds"),
    meaning=Text(
        de="Umsatz abzüglich der Erstattungen derselben Bestellungen, egal wann erstattet wurde: die Sicht auf das Verhalten der Kunden. Ganz erstattete Bestellungen bleiben Bestellungen mit Umsatz 0.",
        en="Revenue less the refunds of the same orders, on whatever day they were refunded: the view of what customers do. Fully refunded orders stay orders with revenue 0.",
    ),
    formula=Text(de="Umsatz - Erstattungen, nach Bestelltag", en="revenue - refunds, by day of the order"),
    maturity=Text(de="wenn nichts mehr erstattet wird", en="when nothing more is refunded"),
    numerator=lambda: pl.col("revenue").sum() - pl.col("refunded").sum(),
    n=sum_of("n_orders"),
    witness="""
        select p.period, o.segment, sum(o.revenue - coalesce(o.refunded, 0)), null
        from periods p join witness_orders o on o.day >= p.period_start and o.day < p.period_end
        where (select count(refunded) from witness_orders) > 0
        group by p.period, o.segment
    """,
)

refunds_by_refund_day = refund_kpi(
    id="refunds_by_refund_day",
    mart=REFUND_DAYS,
    unit=Unit.MONEY,
    better=Better.DOWN,
    label=Text(de="Erstattungen, nach Erstattungstag", en="Refunds, by day of the refund"),
    meaning=Text(
        de="Was im Zeitraum erstattet wurde, auch von älteren Bestellungen: die Sicht der Buchhaltung. Unbekannt, wenn kein Export sagt, wann erstattet wurde.",
        en="What was refunded in the period, of older orders too: the view of the books. Unknown if no export says when it was refunded.",
    ),
    formula=Text(de="Summe der Erstattungen des Zeitraums", en="sum of the refunds made in the period"),
    numerator=sum_of("refunded"),
    n=sum_of("n_refunded"),
    witness="""
        select p.period, o.segment, sum(o.refunded), null
        from periods p join witness_orders o on o.refunded_on between p.period_start and p.period_end - 1
        where o.refunded > 0
        group by p.period, o.segment
    """,
)

refund_rate = refund_kpi(
    id="refund_rate",
    shown={Shown.HEADLINE: 9},
    unit=Unit.RATE,
    better=Better.DOWN,
    label=Text(de="Erstattungsquote", en="Refund rate"),
    meaning=Text(
        de="Anteil der gültigen Bestellungen des Zeitraums, von denen etwas erstattet wurde, ganz oder teilweise. Bestellungen aus Exporten ohne Erstattungen zählen nicht mit.",
        en="Share of the valid orders of the period of which something was refunded, in full or in part. Orders from exports without refunds are left out.",
    ),
    formula=Text(de="Bestellungen mit Erstattung / Bestellungen", en="orders with a refund / orders"),
    maturity=Text(de="wenn nichts mehr erstattet wird", en="when nothing more is refunded"),
    minimum_n=30,
    interval=Interval.WILSON,
    numerator=sum_of("n_refunded"),
    denominator=sum_of("n_known"),
    witness="""
        select p.period, o.segment, count(*) filter (o.refunded > 0), count(o.refunded)
        from periods p join witness_orders o on o.day >= p.period_start and o.day < p.period_end
        where (select count(refunded) from witness_orders) > 0
        group by p.period, o.segment
    """,
)

FAMILY = Family(place=2, kpis=(refunds, net_revenue, refunds_by_refund_day, refund_rate))
