"""Disputed KPIs as shop systems and their add-ons define them, and why their values differ from ours.

Rules cover only definitions that a vendor documents or that were observed; for
the rest there is no figure. Rules read `customer_orders` (see its SQL), with the
period from `period_start` to `period_stop`, and the view `classified_orders`.
A customer's last order in a span is the one whose next order is outside the
span, which counts customers without grouping.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wieder.locale.text import Text


class Vendor(StrEnum):
    """The vendors with known definitions."""

    SHOPIFY = "shopify"
    METORIK = "metorik"
    PUTLER = "putler"
    PEEL = "peel"
    KLAVIYO = "klaviyo"


DISPUTED = (
    "new_orders",
    "returning_customer_rate",
    "repeat_purchase_rate",
    "base_retention_rate",
    "median_days_between_orders",
    "returning_revenue",
    "customer_lifetime_value",
)
"""Our KPIs that are compared with a vendor's figures, in the order in which they are shown."""


@dataclass(frozen=True, kw_only=True)
class DialectRule:
    """A vendor's definition of the figure that we call `kpi`."""

    kpi: str
    vendor: Vendor
    difference: Text
    """One sentence: how the vendor counts, and the effect of that."""
    figure: str | None = None
    """SQL that returns `period, numerator, denominator`; if the denominator is null, the numerator is
    the value. None if the vendor has no such figure, or none that can be computed from orders."""


NO_FIGURE = Text(
    de="{vendor} hat dafür keine Kennzahl, oder keine, deren Regel bekannt ist.",
    en="{vendor} has no such KPI, or none whose rule is known.",
)

ORDERS_OF_PERIOD = (
    "from spans p join calendar c on c.period = p.period join customer_orders o on o.day = c.day"
)
LAST_OF_CUSTOMER = "o.customer is not null and (o.next_day is null or o.next_day >= p.period_stop)"

NEW_WITH_A_SECOND_ORDER = f"""
    select p.period, count(o.next_day), count(*)
    {ORDERS_OF_PERIOD}
    where o.sequence = 1
    group by p.period
"""
"""New customers of the period who ordered again at any time / new customers of the period."""

REVENUE_OF_RETURNING_CUSTOMERS = f"""
    select spans.period, coalesce(found.revenue, 0)::double, null
    from spans left join (
        select p.period, sum(o.revenue) filter (o.first_day < p.period_start) as revenue
        {ORDERS_OF_PERIOD}
        group by p.period
    ) found using (period)
"""

REVENUE_PER_CUSTOMER_SO_FAR = """
    with days as (
        select day, sum(revenue) as revenue, count(*) filter (sequence = 1) as n_new
        from customer_orders where customer is not null group by day
    )
    select p.period, sum(d.revenue)::double, sum(d.n_new)
    from spans p join days d on d.day < p.period_stop
    group by p.period
"""

CUSTOMER_LEVEL = Text(
    de="{vendor} rechnet allen Umsatz von Kunden, deren erste Bestellung im Zeitraum liegt, den neuen zu; bei uns ist nur die erste Bestellung neu und jede weitere wiederkehrend.",
    en="{vendor} gives all revenue of customers whose first order lies in the period to the new ones; with us only the first order is new, and every further one returning.",
)
LATER_ORDER = Text(
    de="{vendor} zählt Neukunden des Zeitraums, die irgendwann später wieder kauften, auch nach seinem Ende; darum wächst der Wert im Nachhinein, und Zeiträume sind nicht vergleichbar.",
    en="{vendor} counts the period's new customers who bought again at any later time, even after its end; so the value grows afterwards, and periods cannot be compared.",
)

RULES = (
    DialectRule(
        kpi="new_orders",
        vendor=Vendor.SHOPIFY,
        difference=Text(
            de="Für Shopify ist die erste Bestellung die erste überhaupt, auch eine stornierte oder eine ohne Betrag; bei uns die erste gültige.",
            en="For Shopify the first order is the first of any kind, even a cancelled or a free one; with us it is the first valid one.",
        ),
        figure="""
            with firsts as (
                select customer, min(ordered_on) as day
                from classified_orders
                where customer is not null and class <> 'negative'
                group by customer
            ),
            days as (select day, count(*) as n_new from firsts group by day)
            select p.period, coalesce(sum(d.n_new), 0), null
            from spans p left join days d on d.day >= p.period_start and d.day < p.period_stop
            group by p.period
        """,
    ),
    DialectRule(
        kpi="returning_customer_rate",
        vendor=Vendor.SHOPIFY,
        difference=Text(
            de="Shopify zählt Kunden des Zeitraums, die bis zu seinem Ende mehr als einmal bestellt haben, also auch solche, die beide Male im Zeitraum kauften; bei uns muss die erste Bestellung davor liegen.",
            en="Shopify counts the period's customers who have ordered more than once by its end, so also those who did so twice inside it; with us the first order must lie before it.",
        ),
        figure=f"""
            select p.period, count(*) filter (o.sequence > 1), count(*)
            {ORDERS_OF_PERIOD}
            where {LAST_OF_CUSTOMER}
            group by p.period
        """,
    ),
    DialectRule(
        kpi="repeat_purchase_rate",
        vendor=Vendor.SHOPIFY,
        difference=LATER_ORDER,
        figure=NEW_WITH_A_SECOND_ORDER,
    ),
    DialectRule(
        kpi="base_retention_rate",
        vendor=Vendor.SHOPIFY,
        difference=Text(
            de="Shopify hat keine einzelne Bindungsrate, nur die Kohortentabelle.",
            en="Shopify has no single retention rate, only its cohort table.",
        ),
    ),
    DialectRule(
        kpi="returning_revenue",
        vendor=Vendor.SHOPIFY,
        difference=CUSTOMER_LEVEL,
        figure=REVENUE_OF_RETURNING_CUSTOMERS,
    ),
    DialectRule(
        kpi="returning_customer_rate",
        vendor=Vendor.METORIK,
        difference=LATER_ORDER,
        figure=NEW_WITH_A_SECOND_ORDER,
    ),
    DialectRule(
        kpi="repeat_purchase_rate",
        vendor=Vendor.METORIK,
        difference=LATER_ORDER,
        figure=NEW_WITH_A_SECOND_ORDER,
    ),
    DialectRule(
        kpi="base_retention_rate",
        vendor=Vendor.METORIK,
        difference=Text(
            de="Was bei Metorik Bindung heißt, ist der Anteil der Neukunden des Zeitraums mit einer weiteren Bestellung; bei uns bleiben aktive Kunden aktiv.",
            en="What Metorik calls retention is the share of the period's new customers with a further order; with us active customers stay active.",
        ),
        figure=NEW_WITH_A_SECOND_ORDER,
    ),
    DialectRule(
        kpi="customer_lifetime_value",
        vendor=Vendor.METORIK,
        difference=Text(
            de="Metorik summiert, was ein Kunde bisher ausgegeben hat; unsere Formel schätzt aus dem letzten Jahr, was er insgesamt bringen wird.",
            en="Metorik adds up what a customer has spent so far; our formula estimates from the last year what a customer will bring in all.",
        ),
        figure=REVENUE_PER_CUSTOMER_SO_FAR,
    ),
    DialectRule(
        kpi="returning_customer_rate",
        vendor=Vendor.PUTLER,
        difference=Text(
            de="Dieselbe Regel wie unsere: die erste Bestellung liegt vor dem Zeitraum.",
            en="The same rule as ours: the first order lies before the period.",
        ),
        figure=f"""
            select p.period, count(*) filter (o.first_day < p.period_start), count(*)
            {ORDERS_OF_PERIOD}
            where {LAST_OF_CUSTOMER}
            group by p.period
        """,
    ),
    DialectRule(
        kpi="returning_revenue",
        vendor=Vendor.PUTLER,
        difference=CUSTOMER_LEVEL,
        figure=REVENUE_OF_RETURNING_CUSTOMERS,
    ),
    DialectRule(
        kpi="customer_lifetime_value",
        vendor=Vendor.PUTLER,
        difference=Text(
            de="Putler zeigt eine Prognose, deren Modell nicht offenliegt; sie lässt sich nicht nachrechnen.",
            en="Putler shows a forecast whose model is not public; it cannot be recomputed.",
        ),
    ),
    DialectRule(
        kpi="repeat_purchase_rate",
        vendor=Vendor.PEEL,
        difference=Text(
            de="Peel zählt jede zweite Bestellung; bei uns gilt dasselbe, solange ein Wiederkauf nicht an einem anderen Tag liegen muss (--occasion).",
            en="Peel counts every second order; so do we, unless a repeat purchase must be on a further day (--occasion).",
        ),
        figure="""
            with days as (
                select day, count(*) filter (sequence = 2) as n_second, count(*) as n
                from customer_orders where sequence <= 2 group by day
            )
            select p.period, sum(d.n_second), sum(d.n - d.n_second)
            from spans p join days d on d.day < p.period_stop
            group by p.period
        """,
    ),
    DialectRule(
        kpi="base_retention_rate",
        vendor=Vendor.PEEL,
        difference=Text(
            de="Peel misst von 30 Tagen zu 30 Tagen: wer davor kaufte und in den letzten 30 Tagen wieder; bei uns bleibt man ein ganzes Aktivitätsfenster lang aktiv.",
            en="Peel measures from 30 days to 30 days: who bought in those before and again in the last 30; with us a customer stays active for a whole activity window.",
        ),
        figure="""
            with days as (
                select period, period_stop, period_stop - unnest(range(31, 61))::integer as day
                from spans cross join scope
                where period_stop - 60 >= history_start
            )
            select p.period, count(*) filter (o.next_day < p.period_stop), count(*)
            from days p join customer_orders o on o.day = p.day
            where o.customer is not null and (o.next_day is null or o.next_day >= p.period_stop - 30)
            group by p.period
        """,
    ),
    DialectRule(
        kpi="median_days_between_orders",
        vendor=Vendor.PEEL,
        difference=Text(
            de="Peel teilt 365 durch die Bestellungen je Kunde des letzten Jahres, Einmalkäufer eingeschlossen; wir nehmen den mittleren der wirklichen Abstände.",
            en="Peel divides 365 by the orders per customer of the last year, one-time buyers included; we take the middle one of the actual gaps.",
        ),
        figure="""
            with pairs as (
                select day, next_day, count(*) as n from customer_orders where customer is not null group by day, next_day
            )
            select p.period, 365 * sum(o.n) filter (o.next_day is null or o.next_day >= p.period_stop), sum(o.n)
            from spans p cross join scope s
            join pairs o on o.day >= p.period_stop - 365 and o.day < p.period_stop
            where p.period_stop - 365 >= s.history_start
            group by p.period
        """,
    ),
    DialectRule(
        kpi="customer_lifetime_value",
        vendor=Vendor.PEEL,
        difference=Text(
            de="Peels LTR summiert, was ein Kunde bisher bezahlt hat, mit Versand und Steuer (sein LTV zieht Warenkosten ab, die hier fehlen); unsere Formel schätzt, was er insgesamt bringen wird.",
            en="Peel's LTR adds up what a customer has paid so far, shipping and tax included (its LTV takes off the cost of goods, which is not known here); our formula estimates what a customer will bring in all.",
        ),
        figure=REVENUE_PER_CUSTOMER_SO_FAR,
    ),
    DialectRule(
        kpi="base_retention_rate",
        vendor=Vendor.KLAVIYO,
        difference=Text(
            de="Klaviyo gibt jedem Kunden eine Wahrscheinlichkeit, abgewandert zu sein, aus einem Modell; eine Rate des Shops gibt es nicht.",
            en="Klaviyo gives each customer a probability of having churned, from a model; there is no rate of the shop.",
        ),
    ),
    DialectRule(
        kpi="median_days_between_orders",
        vendor=Vendor.KLAVIYO,
        difference=Text(
            de="Klaviyo nennt den Abstand je Kunde, und keinen nach nur einer Bestellung; einen Wert des Shops gibt es nicht.",
            en="Klaviyo states the gap per customer, and none after a single order; there is no figure of the shop.",
        ),
    ),
    DialectRule(
        kpi="customer_lifetime_value",
        vendor=Vendor.KLAVIYO,
        difference=Text(
            de="Klaviyo addiert zu dem, was ein Kunde ausgegeben hat, eine Prognose für 365 Tage; deren Modell liegt nicht offen.",
            en="Klaviyo adds a forecast for 365 days to what a customer has spent; its model is not public.",
        ),
    ),
)


def dialect(vendor: Vendor) -> tuple[DialectRule, ...]:
    """One rule per disputed KPI, in the order of `DISPUTED`; without a figure if none is known."""
    known = {rule.kpi: rule for rule in RULES if rule.vendor is vendor}
    return tuple(
        known.get(kpi, DialectRule(kpi=kpi, vendor=vendor, difference=NO_FIGURE)) for kpi in DISPUTED
    )
