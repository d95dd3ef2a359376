-- customer_orders, calendar, scope -> one row per day of the first order, segment of the first order, and age
-- with orders of these customers. Age counts steps of $step_days days since the first order; if $step_days is null,
-- it counts periods of the calendar, which must cover the history. Each customer belongs to one day and one segment.
select
    first_day,
    segment,
    age,
    count(*) filter (sequence = 1 or previous_day < age_start) as n_active,     -- the first order at this age
    count(*) filter (next_day is null) as n_last,
    count(*) filter (is_second_purchase) as n_second,
    count(*) as n_orders,
    count(*) filter (sequence > 1) as n_repeat_orders,
    sum(revenue) as revenue
from (
    select
        o.first_day,
        o.first_segment as segment,
        o.sequence,
        o.previous_day,
        o.next_day,
        o.revenue,
        coalesce((o.day - o.first_day) // $step_days, own.period - first.period) as age,
        coalesce(
            o.first_day + cast((o.day - o.first_day) // $step_days * $step_days as integer), own.period_start
        ) as age_start,
        case when s.occasion = 'order' then o.sequence = 2
             else o.previous_day = o.first_day and o.day > o.first_day end as is_second_purchase
    from customer_orders as o
    join calendar as own on own.day = o.day
    join calendar as first on first.day = o.first_day
    cross join scope as s
    where o.customer is not null
) as aged
group by first_day, segment, age
