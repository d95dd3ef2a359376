-- customer_orders -> numbered_purchases: one row per purchase of an identified customer; the orders of one day
-- are one purchase.
create or replace temp view numbered_purchases as
select
    first_segment as segment,
    first_day,
    day,
    row_number() over (partition by customer order by day) as number,
    lead(day) over (partition by customer order by day) as next_day,
    count(*) as n_orders,
    sum(revenue) as revenue
from customer_orders
where customer is not null
group by customer, first_segment, first_day, day
