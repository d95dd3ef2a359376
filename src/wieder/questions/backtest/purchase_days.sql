-- valid_orders -> purchase_days: one row per customer and day with orders, which is one purchase.
create or replace temp table purchase_days as
select customer, day, cast(count(*) as integer) as n_orders, sum(revenue) as revenue
from valid_orders
where customer is not null
group by customer, day
