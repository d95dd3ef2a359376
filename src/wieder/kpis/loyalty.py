"""KPIs of repeat purchases: rates, and the days between purchases."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from wieder.kpis.base import Better, Family, Interval, Kpi, Scope, Shown
from wieder.kpis.expressions import n_rows, number_where
from wieder.kpis.running import running_total
from wieder.locale.text import Text, Unit
from wieder.marts.customer_periods import CUSTOMER_PERIODS
from wieder.marts.first_orders import FIRST_ORDERS
from wieder.marts.frames import pl
from wieder.marts.purchases import PURCHASES

if TYPE_CHECKING:
    from collections.abc import Mapping

HORIZONS = (30, 60, 90, 180, 365)
"""Days after the first order within which a second one counts."""

repeat_kpi = partial(
    Kpi, family="loyalty", unit=Unit.RATE, better=Better.UP, minimum_n=30, interval=Interval.WILSON
)


def repeat_customers_to_date(mart: pl.LazyFrame, scope: Scope) -> pl.LazyFrame:
    """Customers with a second occasion / customers, from the first order to the end of each period."""
    acquired = mart.select("segment", "period", numerator=pl.lit(0), denominator=pl.lit(1))
    repeated = mart.filter(pl.col("second_period").is_not_null()).select(
        "segment", period="second_period", numerator=pl.lit(1), denominator=pl.lit(0)
    )
    periods = range(-1, len(scope.periods))
    totals = running_total(pl.concat([acquired, repeated]), "period", periods, ["numerator", "denominator"])
    return totals.with_columns(n=pl.col("denominator"))


repeat_purchase_rate = repeat_kpi(
    id="repeat_purchase_rate",
    shown={Shown.SUMMARY: 7},
    mart=FIRST_ORDERS,
    label=Text(de="Wiederkaufrate", en="Repeat purchase rate"),
    meaning=Text(
        de="Anteil aller Kunden, die bis zum Ende des Zeitraums mindestens zweimal gekauft haben. Junge Kunden drücken den Wert; mit festem Fenster ist er vergleichbar.",
        en="Share of all customers who have bought at least twice by the end of the period. Young customers lower it; the rates with a fixed window can be compared.",
    ),
    formula=Text(
        de="Kunden mit mindestens 2 Käufen / Kunden", en="customers with 2 or more purchases / customers"
    ),
    table=repeat_customers_to_date,
    witness="""
        with counts as (
            select p.period, o.customer, o.segment,
                case when s.occasion = 'day' then count(distinct o.day) else count(*) end as purchases
            from periods p join witness_orders o on o.day < p.period_end cross join scope s
            where o.customer is not null
            group by p.period, o.customer, o.segment, s.occasion
        )
        select period, segment, count(*) filter (purchases >= 2), count(*) from counts group by period, segment
    """,
)


SHOWN_WITHIN: Mapping[int, Mapping[Shown, int]] = {90: {Shown.TILE: 5, Shown.HEADLINE: 2, Shown.LINE: 1}}
"""Horizon -> the places that show its rate; other horizons are only in the tables."""


def _witness_within(days: int) -> str:
    """SQL: new customers who bought again within `days` days, and all who were observed that long."""
    return f"""
        with firsts as (
            select customer, segment, min(day) as first_day, arg_min(order_id, (ordered_at, order_id)) as first_order
            from witness_orders where customer is not null group by customer, segment
        ),
        repeats as (
            select distinct f.customer
            from firsts f join witness_orders o on o.customer = f.customer cross join scope s
            where o.order_id <> f.first_order and date_diff('day', f.first_day, o.day) <= {days}
                and (s.occasion = 'order' or o.day > f.first_day)
        )
        select p.period, f.segment, count(r.customer), count(*)
        from periods p
        join firsts f on f.first_day between p.period_start and p.period_end - 1
        left join repeats r on r.customer = f.customer
        where date_diff('day', f.first_day, (select as_of from scope)) > {days}
        group by p.period, f.segment
    """


def repeat_within(days: int) -> Kpi:
    """The repeat purchase rate within `days` days of the first order."""

    def mature_until() -> pl.Expr:
        return pl.col("first_day") + pl.duration(days=days)

    def mature() -> pl.Expr:
        return mature_until() < pl.col("as_of")

    return repeat_kpi(
        id=f"repeat_purchase_rate_{days}d",
        shown=SHOWN_WITHIN.get(days, {}),
        mart=FIRST_ORDERS,
        label=Text(de=f"Wiederkaufrate in {days} Tagen", en=f"Repeat purchase rate within {days} days"),
        meaning=Text(
            de=f"Anteil der Neukunden des Zeitraums, die binnen {days} Tagen ein zweites Mal gekauft haben. Nur Kunden, die so lange beobachtet wurden.",
            en=f"Share of the period's new customers who bought a second time within {days} days. Only customers who were observed for that long.",
        ),
        formula=Text(
            de=f"davon mit zweitem Kauf binnen {days} Tagen / Neukunden, seit mindestens {days} Tagen bekannt",
            en=f"of those, bought again within {days} days / new customers known for at least {days} days",
        ),
        maturity=Text(
            de=f"endgültig {days} Tage nach dem Ende des Zeitraums; vorher nur über die Kunden, die schon so lange bekannt sind",
            en=f"final {days} days after the end of the period; before that only over customers known for that long",
        ),
        numerator=number_where(lambda: mature() & (pl.col("second_day") <= mature_until())),
        denominator=number_where(mature),
        immature=number_where(lambda: ~mature()),
        witness=_witness_within(days),
    )


REPEAT_WITHIN = {days: repeat_within(days) for days in HORIZONS}
"""Horizon in days -> the rate."""

repeat_purchase_rate_in_period = repeat_kpi(
    id="repeat_purchase_rate_in_period",
    mart=CUSTOMER_PERIODS,
    label=Text(de="Wiederkaufrate im Zeitraum", en="Repeat purchase rate inside the period"),
    meaning=Text(
        de="Anteil der Kunden im Zeitraum, die innerhalb des Zeitraums mindestens zweimal gekauft haben.",
        en="Share of the period's customers who bought at least twice inside the period.",
    ),
    formula=Text(
        de="Kunden mit mindestens 2 Käufen im Zeitraum / Kunden",
        en="customers with 2 or more purchases in the period / customers",
    ),
    numerator=number_where(lambda: pl.col("n_occasions") >= 2),  # noqa: PLR2004 - twice is what "repeat" means
    denominator=n_rows,
    witness="""
        with counts as (
            select p.period, o.customer, o.segment, count(*) as n_orders, count(distinct o.day) as n_days
            from periods p join witness_orders o on o.day >= p.period_start and o.day < p.period_end
            where o.customer is not null
            group by p.period, o.customer, o.segment
        )
        select c.period, c.segment, count(*) filter (if(s.occasion = 'day', c.n_days, c.n_orders) > 1), count(*)
        from counts c cross join scope s
        group by c.period, c.segment
    """,
)

median_days_between_orders = Kpi(
    id="median_days_between_orders",
    shown={Shown.SUMMARY: 8},
    family="loyalty",
    mart=PURCHASES,
    unit=Unit.DAYS,
    better=Better.DOWN,
    label=Text(de="Tage zwischen zwei Käufen (Median)", en="Days between purchases (median)"),
    meaning=Text(
        de="Mittlerer Abstand zwischen aufeinanderfolgenden Käufen desselben Kunden; der spätere liegt im Zeitraum. Einmalkäufer haben keinen Abstand, Vielkäufer zählen öfter.",
        en="Middle gap between consecutive purchases of one customer; the later one lies in the period. One-time buyers have no gap, frequent buyers count more often.",
    ),
    formula=Text(de="mittlerer Wert der Abstände in Tagen", en="middle value of the gaps in days"),
    additive=False,
    minimum_n=30,
    numerator=lambda: pl.col("gap_days").median(),
    n=lambda: pl.col("gap_days").count(),
    witness="""
        with occasions as (
            select customer, day, min((ordered_at, order_id)) as moment,
                arg_min(segment, (ordered_at, order_id)) as segment
            from witness_orders cross join scope
            where customer is not null
            group by customer, day, if(occasion = 'day', '', order_id)
        ),
        gaps as (
            select day, segment, date_diff('day', lag(day) over (partition by customer order by moment), day) as gap
            from occasions
        )
        select p.period, g.segment, quantile_cont(g.gap::double, 0.5), null
        from periods p join gaps g on g.day >= p.period_start and g.day < p.period_end
        where g.gap is not null
        group by p.period, g.segment
    """,
)

FAMILY = Family(
    place=4,
    label=Text(de="Wiederkauf", en="Repeat purchase"),
    kpis=(
        repeat_purchase_rate,
        *REPEAT_WITHIN.values(),
        repeat_purchase_rate_in_period,
        median_days_between_orders,
    ),
)
