-- customer_orders -> one row per segment that a first order lies in.
select distinct first_segment as segment from customer_orders where customer is not null
