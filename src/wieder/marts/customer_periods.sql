-- purchases -> one row per order of a known customer, from which `customer_periods.customer_periods` makes the mart.
select customer, period, day, first_segment as segment, starts_occasion, revenue
from purchases
where customer is not null
