"""The cohorts once more, customer by customer, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.tables.cohort_rules import Age, CohortRules, Mode

if TYPE_CHECKING:
    from collections.abc import Mapping

RETAINED: Mapping[Mode, str] = {
    Mode.CLASSIC: "exists (from bought b where b.customer = m.customer and b.age = m.age)",
    Mode.ROLLING: "exists (from bought b where b.customer = m.customer and b.age >= m.age)",
    Mode.CUMULATIVE: """exists (
            from bought b cross join scope s
            where b.customer = m.customer and b.age <= m.age and not b.is_first
                and (s.occasion = 'order' or b.day > m.first_day)
        )""",
}
COHORT_OF = {True: "home.period_start", False: "null::date"}


def cohort_witness(rules: CohortRules) -> str:
    """The witness: every customer meets every age, and is looked up in the orders each time.

    It has no average over cohorts, and counts no age that is not over. Customers
    are those whose first order lies in one of `periods` that is over at as-of.
    """
    is_elapsed = rules.age is Age.ELAPSED
    step = rules.step_days or 0
    end = (
        f"f.first_day + ((a.age + 1) * {step})::integer"
        if is_elapsed
        else "(select p.period_end from periods p where p.period = home.period + a.age)"
    )
    age = f"date_diff('day', f.first_day, o.day) // {step}" if is_elapsed else "own.period - home.period"
    return f"""
        with firsts as (
            select customer, segment, min(day) as first_day, arg_min(order_id, (ordered_at, order_id)) as first_order
            from witness_orders where customer is not null group by customer, segment
        ),
        bought as (
            select o.customer, {age} as age, o.day, o.revenue, o.order_id = f.first_order as is_first
            from witness_orders o join firsts f on f.customer = o.customer
            join periods home on f.first_day >= home.period_start and f.first_day < home.period_end
            join periods own on o.day >= own.period_start and o.day < own.period_end
        ),
        members as (
            select f.customer, f.segment, f.first_day, {COHORT_OF[rules.by_period]} as cohort_start, a.age
            from firsts f
            join periods home on f.first_day >= home.period_start and f.first_day < home.period_end
            cross join (select unnest(range(1000)) as age) a cross join scope s
            where home.period_end <= s.as_of and {end} <= s.as_of
        ),
        looked_up as (
            select m.*, {RETAINED[rules.mode]} as is_retained,
                (select count(*) from bought b where b.customer = m.customer and b.age = m.age) as orders,
                (select sum(b.revenue) from bought b where b.customer = m.customer and b.age = m.age) as revenue
            from members m
        )
        select segment, cohort_start, age, count(*) as eligible,
            count(*) filter (is_retained) as active, sum(orders)::bigint as orders,
            coalesce(sum(revenue), 0)::decimal(38, 4) as revenue,
            count(*) filter (is_retained) / count(*) as retention
        from looked_up
        group by all
    """
