-- placed_orders, scope -> customer_orders: as in customer_orders.sql, for the whole shop. Orders before an order
-- are the same on every report date; orders after it count if they are older than the report date.
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
