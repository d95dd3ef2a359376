-- classified_orders, valid_days, check_terms -> one row: the share of valid orders that follow an equal one of the same
-- day within duplicate_minutes, their number, the last such pair. Orders are equal if they have the same customer, day,
-- amount, status and currency. Unknown if no order has a time of day.
with suspects as (
    -- Few customers pay the same amount twice a day, and grouping by numbers is fast.
    select customer, ordered_on, amount
    from classified_orders
    where class = 'valid' and customer is not null
    group by customer, ordered_on, amount
    having count(*) > 1
),
timed as (
    select
        order_id,
        ordered_at,
        lag(order_id) over same as earlier_id,
        lag(ordered_at) over same as earlier_at
    from classified_orders
    semi join suspects using (customer, ordered_on, amount)
    where class = 'valid'
    window same as (partition by customer, ordered_on, amount, status, currency order by ordered_at, order_id)
),
doubled as (
    select order_id, earlier_id, ordered_at
    from timed
    where ordered_at - earlier_at <= (select to_minutes(duplicate_minutes) from check_terms)
),
counted as (
    select
        count(*) as n_doubled,
        max_by(concat(earlier_id, ', ', order_id), (ordered_at, order_id)) as example
    from doubled
),
known as (
    select sum(n_orders) as n_orders, sum(n_timed) as n_timed
    from valid_days
)
select
    case when n_timed > 0 then n_doubled / n_orders end as value,
    case when n_timed > 0 then n_doubled end as n,
    case when n_timed > 0 then example end as example
from known
cross join counted;
