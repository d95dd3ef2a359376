-- classified_orders, scope -> valid_orders: one row per valid order before the report date. Without
-- a dimension: all orders are in segment 0.
create or replace temp view valid_orders as
select
    o.order_id,
    o.customer,
    o.ordered_at,
    o.ordered_on as day,
    o.amount as revenue,
    refunded_before((select as_of from scope), o.refunded_amount, o.refunded_at, o.amount) as refunded,
    cast(o.refunded_at as date) as refunded_on,
    0 as segment
from classified_orders as o
where o.class = 'valid' and o.ordered_on < (select as_of from scope);
