-- customer_orders, $at, $lookback_days (0 = all orders) -> one row per customer with a valid order before
-- the day $at. The look-back contains the orders of the last $lookback_days days before $at.
select
    customer,
    min(first_segment) as segment,
    min(day) as first_order,
    max(day) as last_order,
    cast(cast($at as date) - max(day) as integer) as days_since_last_order,
    -- Days between the last two purchase days; null if there is only one.
    cast(
        max(day) filter (where previous_day < day) - max(previous_day) filter (where previous_day < day) as integer
    ) as last_gap_days,
    cast(count(*) as integer) as orders,
    sum(revenue) as revenue,
    cast(count(*) filter (where is_in_lookback) as integer) as lookback_orders,
    cast(coalesce(sum(revenue) filter (where is_in_lookback), 0) as decimal(38, 4)) as lookback_revenue
from (
    select *, $lookback_days = 0 or day >= cast($at as date) - cast($lookback_days as integer) as is_in_lookback
    from customer_orders
    where customer is not null and day < cast($at as date)
) as orders_before
group by customer
