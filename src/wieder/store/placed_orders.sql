-- classified_orders -> placed_orders: one row per valid order of the store, with its place in the customer's sequence.
-- Sorted by customer and place. Anonymous orders have null in customer, first_day, previous_day, next_day and sequence.
create or replace table placed_orders as
select
    customer,
    ordered_on as day,
    amount as revenue,
    case when customer is not null then first_value(ordered_on) over orders_of_customer end as first_day,
    case when customer is not null then lag(ordered_on) over orders_of_customer end as previous_day,
    case when customer is not null then lead(ordered_on) over orders_of_customer end as next_day,
    case when customer is not null then cast(row_number() over orders_of_customer as integer) end as sequence
from classified_orders
where class = 'valid'
window orders_of_customer as (partition by customer order by ordered_at, order_id)
order by customer, sequence, day;
