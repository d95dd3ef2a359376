-- customer_orders, $until, $horizon_end -> one row per week after the day $until in which a customer known by then
-- made a purchase: its number from 1 on, and the purchases (days with orders) of all of them in it.
select
    cast((day - cast($until as date)) // 7 + 1 as integer) as week,
    cast(count(distinct (customer, day)) as bigint) as purchases
from customer_orders
where first_day < $until and day >= $until and day < $horizon_end
group by week
order by week
