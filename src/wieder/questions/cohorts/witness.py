"""Witness of the cohorts: the same table in SQL, customer by customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.questions.cohorts.rules import Age, CohortRules, Mode

if TYPE_CHECKING:
    from collections.abc import Mapping

RETAINED: Mapping[Mode, str] = {
    Mode.CLASSIC: "coalesce(list_contains(c.ages, m.age), false)",
    Mode.ROLLING: "coalesce(list_max(c.ages) >= m.age, false)",
    Mode.CUMULATIVE: "coalesce(c.second_age <= m.age, false)",
}
COHORT_OF = {True: "home.period_start", False: "null::date"}
SETTLED: Mapping[Mode, str] = {
    Mode.CLASSIC: "s.as_of",
    Mode.ROLLING: "s.as_of - s.window_days",
    Mode.CUMULATIVE: "s.as_of",
}
"""Results of ages that are over by this day can no longer change."""
MEMBERS: Mapping[Age, str] = {
    Age.CALENDAR: """
            select n.customer, n.segment, n.cohort_start, over.period - n.home as age, over.period_end <= {settled} as is_settled
            from newcomers n cross join scope s
            join periods over on over.period >= n.home and over.period_end <= s.as_of""",
    Age.ELAPSED: """
            select *, first_day + (age + 1)::integer * {step_days} <= {settled} as is_settled
            from (
                select n.*, unnest(range(date_diff('day', n.first_day, s.as_of) // {step_days})) as age
                from newcomers n cross join scope s
            ) cross join scope s""",
}
AGE_OF_ORDER: Mapping[Age, str] = {
    Age.CALENDAR: "own.period - n.home",
    Age.ELAPSED: "date_diff('day', n.first_day, o.day) // {step_days}",
}
POOLED = """
            union all
            select segment, null, age, sum(customers), coalesce(sum(eligible) filter (state = 'final'), 0),
                sum(active) filter (state = 'final'), sum(orders) filter (state = 'final'),
                sum(revenue) filter (state = 'final'), if(bool_or(state = 'final'), 'final', 'none')
            from cells group by segment, age"""
"""The average of all cohorts: the sums of their final cells by age."""

WITNESS = """
        with firsts as (
            select customer, segment, min(day) as first_day, arg_min(order_id, (ordered_at, order_id)) as first_order
            from witness_orders where customer is not null group by customer, segment
        ),
        newcomers as (
            select f.*, home.period as home, {cohort} as cohort_start
            from firsts f cross join scope s
            join periods home on f.first_day >= home.period_start and f.first_day < home.period_end
            where home.period_end <= s.as_of
        ),
        bought as (
            select o.customer, {age} as age, o.revenue,
                o.order_id <> n.first_order and (s.occasion = 'order' or o.day > n.first_day) as is_repeat
            from witness_orders o cross join scope s join newcomers n on n.customer = o.customer
            join periods own on o.day >= own.period_start and o.day < own.period_end
        ),
        members as ({members}
        ),
        careers as (
            select customer, list(age) as ages, min(age) filter (is_repeat) as second_age from bought group by customer
        ),
        spent as (select customer, age, count(*) as orders, sum(revenue) as revenue from bought group by customer, age),
        counts as (
            select m.segment, m.cohort_start, m.age, count(*) as eligible, count(*) filter (is_settled) as settled,
                count(*) filter ({retained}) as active, coalesce(sum(s.orders), 0)::bigint as orders,
                coalesce(sum(s.revenue), 0)::decimal(38, 4) as revenue
            from members m left join careers c on c.customer = m.customer
            left join spent s on s.customer = m.customer and s.age = m.age
            group by m.segment, m.cohort_start, m.age
        ),
        sizes as (select segment, cohort_start, count(*) as customers from newcomers group by segment, cohort_start),
        cells as (
            select z.segment, z.cohort_start, a.age, z.customers, coalesce(c.eligible, 0) as eligible, c.active, c.orders,
                c.revenue, case when c.eligible is null then 'none' when c.settled = z.customers then 'final'
                    else 'partial' end as state
            from sizes z
            cross join (select unnest(range(coalesce(max(age), 0) + 1)) as age from members) a
            left join counts c on c.segment = z.segment and c.cohort_start is not distinct from z.cohort_start
                and c.age = a.age
        ),
        every as (
            from cells{pooled}
        )
        select segment, cohort_start, age, customers, eligible, active, orders, revenue, state,
            case when eligible > 0 then active / eligible end as retention,
            case when orders > 0 then revenue::double / orders end as average_order_value,
            case when eligible > 0 then
                sum(revenue::double / nullif(eligible, 0)) over (partition by segment, cohort_start order by age)
            end as ltv
        from every
    """


def cohort_witness(rules: CohortRules) -> str:
    """Return the witness: it joins every customer to every age that is over for that customer.

    Ages that are not over do not count. Customers are those whose first order is in
    one of `periods` that is over on the report date.
    """
    return WITNESS.format(
        cohort=COHORT_OF[rules.by_period],
        age=AGE_OF_ORDER[rules.age].format(step_days=rules.step_days),
        members=MEMBERS[rules.age].format(step_days=rules.step_days, settled=SETTLED[rules.mode]),
        retained=RETAINED[rules.mode],
        pooled=POOLED if rules.by_period else "",
    )
