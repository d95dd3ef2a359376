-- customer_orders, valid_orders, $until, $horizon_end -> exactly one row: orders that a forecast for
-- [$until, $horizon_end), made from orders before $until, does not include, or includes before their refund.
select
    (select count(*) from customer_orders where customer is null and day < $until) as anonymous_orders,
    (select count(*) from valid_orders where refunded > 0 and customer is not null and day < $until) as refunded_orders,
    cast(count(*) filter (sequence = 1) as bigint) as later_customers,
    cast(coalesce(sum(revenue), 0) as double) as later_revenue
from customer_orders
where first_day >= $until and day < $horizon_end
