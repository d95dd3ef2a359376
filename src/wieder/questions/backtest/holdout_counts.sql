-- customer_orders, valid_orders, $until, $horizon_end -> exactly one row: what a forecast made on the day $until
-- for [$until, $horizon_end) does not see, or sees as it is not.
select
    (select count(*) from customer_orders where customer is null and day < $until) as anonymous_orders,
    (select count(*) from valid_orders where refunded > 0 and customer is not null and day < $until) as refunded_orders,
    cast(count(*) filter (sequence = 1) as bigint) as later_customers,
    cast(coalesce(sum(revenue), 0) as double) as later_revenue
from customer_orders
where first_day >= $until and day < $horizon_end
