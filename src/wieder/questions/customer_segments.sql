-- customer_orders -> one row per segment with a first order.
select distinct first_segment as segment from customer_orders where customer is not null
