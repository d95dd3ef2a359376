"""KPIs of customer value: the rule-of-thumb CLV with its factors, and the concentration of revenue."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from wieder.kpis.base import Better, Family, Kpi, Scope, Shown
from wieder.kpis.expressions import n_rows
from wieder.kpis.running import history_days, known_ends, running_total
from wieder.locale.text import Text, Unit
from wieder.marts.customer_periods import CUSTOMER_PERIODS
from wieder.marts.days import DAYS
from wieder.marts.frames import pl
from wieder.marts.order_pairs import ORDER_PAIRS

DAYS_PER_YEAR = 365.25
YEAR_DAYS = 365
"""Length of the year, in days, that ends with the period, for the yearly factors."""

value_kpi = partial(Kpi, family="value", better=Better.UP)


def last_year(mart: pl.LazyFrame, scope: Scope) -> pl.LazyFrame:
    """Sums over the 365 days before the end of each period, one row per segment and period.

    `n_orders`, `revenue` and `n_repeat_occasions` of known customers, and
    `customer_days`: for all customers, the days from their first order on (that
    day included) that are within these 365 days. `immature` is the number of
    these 365 days before the history. `days_per_year` is constant.
    """
    totals = _totals_by_day(mart, scope)
    columns = ["n_orders", "revenue", "n_repeat_occasions", "customer_days"]
    ends = known_ends(scope, days_per_year=DAYS_PER_YEAR).join(
        mart.select(pl.col("segment").unique()), how="cross"
    )
    for name, days in (("now", 1), ("then", YEAR_DAYS + 1)):
        at = totals.with_columns(end=pl.col("day") + pl.duration(days=days)).drop("day")
        ends = ends.join(at, on=["segment", "end"], how="left", suffix=f"_{name}")
    first_known_end = scope.history_start + timedelta(days=YEAR_DAYS)
    missing = (pl.lit(first_known_end) - pl.col("end")).dt.total_days()
    differences = [(pl.col(c) - pl.col(f"{c}_then").fill_null(0.0)).alias(c) for c in columns]
    return ends.select(
        "segment", "period", "days_per_year", *differences, immature=missing.clip(lower_bound=0)
    )


def _totals_by_day(mart: pl.LazyFrame, scope: Scope) -> pl.LazyFrame:
    columns = ["n_orders", "revenue", "n_repeat_occasions", "n_new_customers"]
    totals = running_total(mart, "day", history_days(scope).to_list(), columns)
    return totals.with_columns(customer_days=pl.col("n_new_customers").cum_sum().over("segment"))


def orders_of_last_year(mart: pl.LazyFrame, scope: Scope) -> pl.LazyFrame:
    """Revenue / orders of known customers, in the 365 days before the end of the period."""
    return last_year(mart, scope).with_columns(
        numerator=pl.col("revenue"), denominator=pl.col("n_orders"), n=pl.col("n_orders")
    )


def purchases_per_customer_year(mart: pl.LazyFrame, scope: Scope) -> pl.LazyFrame:
    """Repeat purchases / customer-years, in the 365 days before the end of the period."""
    return last_year(mart, scope).with_columns(
        numerator=pl.col("n_repeat_occasions"),
        denominator=pl.col("customer_days") / pl.col("days_per_year"),
        n=pl.col("n_repeat_occasions"),
    )


average_order_value_year = value_kpi(
    id="average_order_value_year",
    mart=DAYS,
    unit=Unit.MONEY,
    label=Text(de="Durchschnittlicher Bestellwert, 12 Monate", en="Average order value, 12 months"),
    meaning=Text(
        de="Umsatz je Bestellung bekannter Kunden in den 365 Tagen bis zum Ende des Zeitraums. Erster Faktor der CLV-Formel.",
        en="Revenue per order of known customers in the 365 days up to the end of the period. First factor of the CLV formula.",
    ),
    formula=Text(
        de="Umsatz / Bestellungen bekannter Kunden, 365 Tage",
        en="revenue / orders of known customers, 365 days",
    ),
    table=orders_of_last_year,
    witness="""
        select p.period, o.segment, sum(o.revenue), count(*)
        from periods p cross join scope s
        join witness_orders o on o.day >= least(p.period_end, s.as_of) - 365 and o.day < least(p.period_end, s.as_of)
        where o.customer is not null
        group by p.period, o.segment
    """,
)

purchase_frequency_per_year = value_kpi(
    id="purchase_frequency_per_year",
    mart=DAYS,
    unit=Unit.RATIO,
    label=Text(de="Kaufhäufigkeit pro Jahr", en="Purchase frequency per year"),
    meaning=Text(
        de="Folgekäufe je Kundenjahr in den 365 Tagen bis zum Ende des Zeitraums. Ein Kundenjahr ist ein Jahr seit dem ersten Kauf eines Kunden, ob er noch kauft oder nicht; der erste Kauf selbst zählt nicht mit.",
        en="Repeat purchases per customer-year in the 365 days up to the end of the period. A customer-year is a year since a customer's first purchase, whether still buying or not; the first purchase itself is not counted.",
    ),
    formula=Text(de="Folgekäufe / Kundenjahre, 365 Tage", en="repeat purchases / customer-years, 365 days"),
    table=purchases_per_customer_year,
    witness="""
        with window_of as (
            select p.period, least(p.period_end, s.as_of) - 365 as start_day, least(p.period_end, s.as_of) as end_day
            from periods p cross join scope s
        ),
        firsts as (
            select customer, segment, min(day) as first_day, min((ordered_at, order_id)) as first_order
            from witness_orders where customer is not null group by customer, segment
        ),
        exposure as (
            select w.period, f.segment, sum(date_diff('day', greatest(f.first_day, w.start_day), w.end_day)) / 365.25 as years
            from window_of w join firsts f on f.first_day < w.end_day
            group by w.period, f.segment
        ),
        purchases_of as (
            select w.period, o.segment,
                case when s.occasion = 'day' then count(distinct (o.customer, o.day)) filter (o.day > f.first_day)
                     else count(*) filter ((o.ordered_at, o.order_id) > f.first_order) end as n
            from window_of w cross join scope s
            join witness_orders o on o.day >= w.start_day and o.day < w.end_day
            join firsts f on f.customer = o.customer
            group by w.period, o.segment, s.occasion
        )
        select e.period, e.segment, coalesce(r.n, 0), e.years
        from exposure e left join purchases_of r on r.period = e.period and r.segment = e.segment
    """,
)


def lifetime_years(mart: pl.LazyFrame, scope: Scope) -> pl.LazyFrame:
    """Customers active a year ago / those of them without an order since: 1 / (1 - yearly retention).

    A customer with an order in the 365 days before is active. If the result would
    exceed `scope.maximum_lifetime_years`, the denominator is raised to meet this cap.
    """
    totals = running_total(
        pl.concat([_active_changes(mart), _retained_changes(mart)]),
        "day",
        history_days(scope).to_list(),
        ["active", "retained"],
    )
    a_year_later = totals.with_columns(end=pl.col("day") + pl.duration(days=YEAR_DAYS))
    known = scope.history_start + timedelta(days=2 * YEAR_DAYS)
    lost = pl.max_horizontal(
        pl.col("active") - pl.col("retained"), pl.col("active") / scope.maximum_lifetime_years
    )
    return (
        known_ends(scope, cap=scope.maximum_lifetime_years)
        .filter(pl.col("end") >= known)
        .join(a_year_later, on="end")
        .select("segment", "period", numerator="active", denominator=lost, n="active")
    )


def _next_day_or_lapse() -> pl.Expr:
    return pl.min_horizontal("next_day", pl.col("day") + pl.duration(days=YEAR_DAYS))


def _active_changes(mart: pl.LazyFrame) -> pl.LazyFrame:
    """An order makes its customer active from the next day to the next order or a year later, inclusive."""
    return _changes(mart, "active", pl.col("day"), _next_day_or_lapse())


def _retained_changes(mart: pl.LazyFrame) -> pl.LazyFrame:
    """A customer active on a day is retained if the next order comes within 365 days from that day on."""
    early_enough = pl.max_horizontal("day", pl.col("next_day") - pl.duration(days=YEAR_DAYS))
    returned = mart.filter(pl.col("next_day").is_not_null())
    return _changes(returned, "retained", early_enough, _next_day_or_lapse())


def _changes(mart: pl.LazyFrame, column: str, after: pl.Expr, until: pl.Expr) -> pl.LazyFrame:
    """Changes that add `n_pairs` to `column` on each day after `after`, up to `until` (inclusive)."""
    spans = mart.select("segment", "n_pairs", after=after, until=until).filter(
        pl.col("after") < pl.col("until")
    )
    other = "retained" if column == "active" else "active"
    tomorrow = pl.duration(days=1)
    return pl.concat(
        spans.select(
            "segment",
            (pl.col(bound) + tomorrow).alias("day"),
            (pl.col("n_pairs").cast(pl.Float64) * sign).alias(column),
            pl.lit(0.0).alias(other),
        ).select("segment", "day", "active", "retained")
        for bound, sign in (("after", 1), ("until", -1))
    )


customer_lifetime_years = value_kpi(
    id="customer_lifetime_years",
    mart=ORDER_PAIRS,
    unit=Unit.YEARS,
    label=Text(de="Kundenlebensdauer in Jahren", en="Customer lifetime in years"),
    meaning=Text(
        de="1 / (1 - jährliche Bindung): von den Kunden, die vor einem Jahr aktiv waren (Bestellung in den 365 Tagen davor), gingen so viele verloren, dass ein Kunde im Mittel so lange bleibt. Gedeckelt.",
        en="1 / (1 - yearly retention): of the customers active a year ago (an order in the 365 days before), so many were lost that a customer stays this long on average. Capped.",
    ),
    formula=Text(
        de="vor einem Jahr aktive Kunden / davon seither ohne Bestellung (mindestens so viele, wie der Deckel verlangt)",
        en="customers active a year ago / those without an order since (at least as many as the cap demands)",
    ),
    maturity=Text(de="erst nach zwei Jahren Daten", en="only after two years of data"),
    minimum_n=30,
    additive=False,
    table=lifetime_years,
    witness="""
        with moments as (
            select p.period, least(p.period_end, s.as_of) as end_day, s.maximum_lifetime_years as cap
            from periods p cross join scope s
            where least(p.period_end, s.as_of) - 730 >= s.history_start
        ),
        active as (
            select distinct m.period, m.cap, o.customer, o.segment
            from moments m join witness_orders o on o.day >= m.end_day - 730 and o.day < m.end_day - 365
            where o.customer is not null
        ),
        since as (
            select distinct m.period, o.customer
            from moments m join witness_orders o on o.day >= m.end_day - 365 and o.day < m.end_day
        )
        select a.period, a.segment, count(*), greatest(count(*) filter (k.customer is null), count(*) / a.cap)
        from active a left join since k on k.period = a.period and k.customer = a.customer
        group by a.period, a.segment, a.cap
    """,
)


def formula_clv(results: pl.LazyFrame, scope: Scope) -> pl.LazyFrame:
    """(Order value x purchases per year) / (1 / lifetime in years); no row if a factor is missing."""
    del scope
    factors = [average_order_value_year.id, purchase_frequency_per_year.id, customer_lifetime_years.id]
    value, frequency, lifetime = (
        results.filter(pl.col("kpi") == factor).select(
            "segment", "period", pl.col("value").alias(factor), pl.col("n"), pl.col("immature")
        )
        for factor in factors
    )
    keys = ["segment", "period"]
    joined = (
        value.drop("n")
        .join(frequency.drop("n", "immature"), on=keys)
        .join(lifetime.drop("immature"), on=keys)
    )
    return joined.with_columns(
        numerator=pl.col(factors[0]) * pl.col(factors[1]), denominator=1.0 / pl.col(factors[2])
    )


customer_lifetime_value = value_kpi(
    id="customer_lifetime_value",
    shown={Shown.TILE: 8, Shown.HEADLINE: 10, Shown.SUMMARY: 10},
    unit=Unit.MONEY,
    label=Text(de="Kundenwert nach Formel (CLV)", en="Customer lifetime value by formula (CLV)"),
    meaning=Text(
        de="Die Formel der Shops: Bestellwert mal Käufe pro Jahr mal Lebensdauer in Jahren, jeder Faktor über die letzten 365 Tage. Umsatz nach dem ersten Kauf, keine Marge, keine Abzinsung; eine Faustregel, keine Prognose.",
        en="The shops' formula: order value times purchases per year times lifetime in years, each factor over the last 365 days. Revenue after the first purchase, no margin, no discounting; a rule of thumb, not a forecast.",
    ),
    formula=Text(
        de="Bestellwert x Käufe pro Jahr x Lebensdauer in Jahren",
        en="order value x purchases per year x lifetime in years",
    ),
    maturity=customer_lifetime_years.maturity,
    additive=False,
    factors=(average_order_value_year.id, purchase_frequency_per_year.id, customer_lifetime_years.id),
    table=formula_clv,
    witness=f"""
        with order_value as ({average_order_value_year.witness}),
        frequency as ({purchase_frequency_per_year.witness}),
        lifetime as ({customer_lifetime_years.witness})
        select v.period, v.segment, v.c3 / v.c4 * f.c3 / f.c4, l.c4 / l.c3
        from order_value v(period, segment, c3, c4)
        join frequency f(period, segment, c3, c4) on f.period = v.period and f.segment = v.segment
        join lifetime l(period, segment, c3, c4) on l.period = v.period and l.segment = v.segment
        where l.c3 > 0
    """,
)

TOP_SHARE = 0.2


def ascending() -> pl.Expr:
    """The revenue of each customer, in ascending order."""
    return pl.col("revenue").cast(pl.Float64).sort()


def revenue_of_top() -> pl.Expr:
    """The revenue of the top 20 % of customers, their number rounded up."""
    # The tiny step keeps 0.2 x 5 at 1 in floating point.
    n_top = (pl.len() * TOP_SHARE - 1e-9).ceil().cast(pl.Int64)
    return ascending().tail(n_top).sum()


def spread_by_rank() -> pl.Expr:
    """The numerator of the Gini coefficient: revenue weighted by rank, 0 if all customers spent the same."""
    rank_weight = 2 * pl.int_range(1, pl.len() + 1) - pl.len() - 1
    return (rank_weight * ascending()).sum().clip(lower_bound=0.0)


concentration_kpi = partial(
    Kpi, family="value", mart=CUSTOMER_PERIODS, better=Better.NEITHER, additive=False, minimum_n=30
)

top_20_revenue_share = concentration_kpi(
    id="top_20_revenue_share",
    unit=Unit.RATE,
    label=Text(de="Umsatzanteil der besten 20 %", en="Revenue share of the top 20 %"),
    meaning=Text(
        de="Anteil am Umsatz bekannter Kunden, den die umsatzstärksten 20 % der Kunden des Zeitraums bringen (aufgerundet).",
        en="Share of the revenue from known customers that the 20 % of the period's customers who bought most bring (rounded up).",
    ),
    formula=Text(
        de="Umsatz der besten 20 % / Umsatz aller Kunden",
        en="revenue of the top 20 % / revenue of all customers",
    ),
    numerator=revenue_of_top,
    denominator=lambda: ascending().sum(),
    n=n_rows,
    witness="""
        with spent as (
            select p.period, o.segment, o.customer, sum(o.revenue) as revenue
            from periods p join witness_orders o on o.day >= p.period_start and o.day < p.period_end
            where o.customer is not null
            group by p.period, o.segment, o.customer
        ),
        places as (
            select *, row_number() over (partition by period, segment order by revenue desc, customer) as place,
                count(*) over (partition by period, segment) as n
            from spent
        )
        select period, segment, sum(revenue) filter (place <= (n + 4) // 5), sum(revenue) from places group by period, segment
    """,
)

revenue_gini = concentration_kpi(
    id="revenue_gini",
    unit=Unit.RATIO,
    label=Text(de="Gini-Koeffizient des Umsatzes", en="Gini coefficient of revenue"),
    meaning=Text(
        de="Wie ungleich sich der Umsatz auf die Kunden des Zeitraums verteilt: 0 heißt alle gleich, nahe 1 heißt fast alles von einem.",
        en="How unequally revenue is spread over the period's customers: 0 is all equal, near 1 is nearly all from one.",
    ),
    formula=Text(
        de="Summe von (2 x Rang - Kunden - 1) x Umsatz / Kunden x Umsatz aller",
        en="sum of (2 x rank - customers - 1) x revenue / customers x revenue of all",
    ),
    numerator=spread_by_rank,
    denominator=lambda: pl.len() * ascending().sum(),
    n=n_rows,
    witness="""
        with spent as (
            select p.period, o.segment, o.customer, sum(o.revenue)::double as revenue
            from periods p join witness_orders o on o.day >= p.period_start and o.day < p.period_end
            where o.customer is not null
            group by p.period, o.segment, o.customer
        ),
        steps as (
            select period, segment, revenue,
                sum(revenue) over (partition by period, segment order by revenue, customer rows unbounded preceding) as so_far
            from spent
        )
        select period, segment, (count(*) + 1) * sum(revenue) - 2 * sum(so_far), count(*) * sum(revenue)
        from steps group by period, segment
    """,
)

FAMILY = Family(
    place=6,
    label=Text(de="Kundenwert", en="Customer value"),
    kpis=(
        customer_lifetime_value,
        average_order_value_year,
        purchase_frequency_per_year,
        customer_lifetime_years,
        top_20_revenue_share,
        revenue_gini,
    ),
)
