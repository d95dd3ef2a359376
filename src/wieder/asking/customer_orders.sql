-- valid_orders, scope -> customer_orders: one row per valid order, with its position in the customer's sequence.
-- Anonymous orders have customer null, and therefore null in every column that depends on the customer.
create or replace temp table ordered_orders as
select
    customer,
    day,
    revenue,
    segment,                                        -- of the order itself
    case when customer is not null then first_value(segment) over orders_of_customer end as first_segment,
    case when customer is not null then first_value(day) over orders_of_customer end as first_day,
    case when customer is not null then lag(day) over orders_of_customer end as previous_day,
    case when customer is not null then lead(day) over orders_of_customer end as next_day,
    case when customer is not null then cast(row_number() over orders_of_customer as integer) end as sequence
from valid_orders
window orders_of_customer as (partition by customer order by ordered_at, order_id);

create or replace temp view customer_orders as from ordered_orders;
