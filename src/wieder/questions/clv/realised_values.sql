-- customer_orders, scope, $horizon_days -> one row per customer whose first $horizon_days days after the day of
-- the first order are known: the revenue of these days, the first one included.
select customer, cast(sum(revenue) as decimal(38, 4)) as revenue
from customer_orders
where customer is not null
    and day <= first_day + cast($horizon_days as integer)
    and first_day + cast($horizon_days as integer) < (select as_of from scope)
group by customer
