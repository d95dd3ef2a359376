-- customer_orders -> one row per identified customer: the segment and the day of the first order.
select customer, cast(first_segment as integer) as segment, first_day
from customer_orders
where customer is not null and sequence = 1
