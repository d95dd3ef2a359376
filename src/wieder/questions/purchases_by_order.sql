-- customer_orders -> numbered_purchases: one row per purchase of an identified customer; every order is a purchase.
create or replace temp view numbered_purchases as
select first_segment as segment, first_day, day, sequence as number, next_day, 1 as n_orders, revenue
from customer_orders
where customer is not null
