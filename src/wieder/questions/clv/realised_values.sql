-- customer_orders, scope, $horizon_days -> one row per customer observed for $horizon_days days after the day of the
-- first order: the revenue of these days and of the first.
select customer, cast(sum(revenue) as decimal(38, 4)) as revenue
from customer_orders
where customer is not null
    and day <= first_day + cast($horizon_days as integer)
    and first_day + cast($horizon_days as integer) < (select as_of from scope)
group by customer
