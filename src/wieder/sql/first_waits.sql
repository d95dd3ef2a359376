-- first_orders, scope -> one row per number of days: how many customers bought a second time after so many days,
-- and of how many it is known only that they had not by then. Customers whose first order is in [$since, $until).
select
    cast(coalesce(second_day, (select as_of from scope) - 1) - first_day as integer) as days,
    count(second_day) as events,
    count(*) - count(second_day) as censored
from first_orders
where first_day >= $since and first_day < $until
group by days
order by days
