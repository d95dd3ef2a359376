-- classified_orders -> one row: the number of valid orders with refunds above their amount (as value and count), the last
-- of them. Unknown if no export has refunds.
select
    case when count(refunded_amount) > 0 then cast(count(*) filter (where refunded_amount > exported_amount) as DOUBLE) end as value,
    count(*) filter (where refunded_amount > exported_amount) as n,
    max_by(order_id, (ordered_at, order_id)) filter (where refunded_amount > exported_amount) as example
from classified_orders
where class = 'valid';
