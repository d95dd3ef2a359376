-- customer_orders -> one row per purchase day and day of the same customer's next purchase (null: none yet), with
-- the number of such pairs. Orders of one day are one purchase; anonymous ones are left out.
select day, next_day, count(*) as n_pairs
from customer_orders
where customer is not null and next_day is distinct from day
group by day, next_day
order by day, next_day
