-- classified_orders, customers, segments, scope -> valid_orders: one row per valid order before the
-- report date, with the segment of its own attributes. {value} and {first_days} as in segments.sql.
create or replace temp view valid_orders as
select
    o.order_id,
    o.customer,
    o.ordered_at,
    o.ordered_on as day,
    o.amount as revenue,
    refunded_before((select as_of from scope), o.refunded_amount, o.refunded_at, o.amount) as refunded,
    cast(o.refunded_at as date) as refunded_on,
    s.segment
from classified_orders as o
left join customers as c on c.customer = o.customer
{first_days}
join segments as s on s.value = {value}
where o.class = 'valid' and o.ordered_on < (select as_of from scope);
