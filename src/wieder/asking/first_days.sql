-- classified_orders, scope -> first_days: one row per customer with a valid order before the report date: the day of
-- the first one.
create or replace temp table first_days as
select customer, min(ordered_on) as first_day
from classified_orders
where class = 'valid' and customer is not null and ordered_on < (select as_of from scope)
group by customer;
