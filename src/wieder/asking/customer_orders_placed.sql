-- placed_orders, scope -> customer_orders: as in customer_orders.sql, of the whole shop. What comes before an order
-- is the same on every as-of day; what comes after it counts if it is before that day.
create or replace temp view customer_orders as
select
    customer,
    day,
    revenue,
    0 as segment,
    case when customer is not null then 0 end as first_segment,
    first_day,
    previous_day,
    case when next_day < (select as_of from scope) then next_day end as next_day,
    sequence
from placed_orders
where day < (select as_of from scope);
