-- purchases -> one row per order of a known customer; `customer_periods.customer_periods` computes the mart from them.
select customer, period, day, first_segment as segment, starts_occasion, revenue
from purchases
where customer is not null
