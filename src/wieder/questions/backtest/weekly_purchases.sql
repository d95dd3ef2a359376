-- customer_orders, $until, $horizon_end -> one row per week from the day $until on in which a customer known before
-- $until made a purchase: its number, starting at 1, and the purchases (days with orders) of all such customers.
select
    cast((day - cast($until as date)) // 7 + 1 as integer) as week,
    cast(count(distinct (customer, day)) as bigint) as purchases
from customer_orders
where first_day < $until and day >= $until and day < $horizon_end
group by week
order by week
