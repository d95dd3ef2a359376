-- customer_orders, $since, $until -> one row per customer with an order in [$since, $until): the days with
-- orders, and what was spent on them.
select
    customer,
    cast(count(distinct day) as integer) as recent_days,
    cast(sum(revenue) as double) as recent_revenue
from customer_orders
where customer is not null and day >= $since and day < $until
group by customer
