"""The cohorts once more, customer by customer, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.tables.cohort_rules import Age, CohortRules, Mode

if TYPE_CHECKING:
    from collections.abc import Mapping

RETAINED: Mapping[Mode, str] = {
    Mode.CLASSIC: "coalesce(list_contains(c.ages, m.age), false)",
    Mode.ROLLING: "coalesce(list_max(c.ages) >= m.age, false)",
    Mode.CUMULATIVE: "coalesce(c.second_age <= m.age, false)",
}
COHORT_OF = {True: "home.period_start", False: "null::date"}


def cohort_witness(rules: CohortRules) -> str:
    """The witness: every customer meets every age that is over for that customer.

    It has no average over cohorts, and counts no age that is not over. Customers
    are those whose first order lies in one of `periods` that is over at as-of.
    """
    if rules.age is Age.ELAPSED:
        ages = f"unnest(range(date_diff('day', f.first_day, s.as_of) // {rules.step_days}))"
        over, age = "", f"date_diff('day', f.first_day, o.day) // {rules.step_days}"
    else:
        ages = "over.period - home.period"
        over = "join periods over on over.period >= home.period and over.period_end <= s.as_of"
        age = "own.period - home.period"
    return f"""
        with firsts as (
            select customer, segment, min(day) as first_day, arg_min(order_id, (ordered_at, order_id)) as first_order
            from witness_orders where customer is not null group by customer, segment
        ),
        bought as (
            select o.customer, {age} as age, o.revenue,
                o.order_id <> f.first_order and (s.occasion = 'order' or o.day > f.first_day) as is_repeat
            from witness_orders o cross join scope s join firsts f on f.customer = o.customer
            join periods home on f.first_day >= home.period_start and f.first_day < home.period_end
            join periods own on o.day >= own.period_start and o.day < own.period_end
        ),
        members as (
            select f.customer, f.segment, {COHORT_OF[rules.by_period]} as cohort_start, {ages} as age
            from firsts f cross join scope s
            join periods home on f.first_day >= home.period_start and f.first_day < home.period_end
            {over}
            where home.period_end <= s.as_of
        ),
        careers as (
            select customer, list(age) as ages, min(age) filter (is_repeat) as second_age from bought group by customer
        ),
        spent as (select customer, age, count(*) as orders, sum(revenue) as revenue from bought group by customer, age),
        looked_up as (
            select m.*, {RETAINED[rules.mode]} as is_retained, s.orders, s.revenue
            from members m left join careers c on c.customer = m.customer
            left join spent s on s.customer = m.customer and s.age = m.age
        )
        select segment, cohort_start, age, count(*) as eligible,
            count(*) filter (is_retained) as active, coalesce(sum(orders), 0)::bigint as orders,
            coalesce(sum(revenue), 0)::decimal(38, 4) as revenue,
            count(*) filter (is_retained) / count(*) as retention
        from looked_up
        group by all
    """
