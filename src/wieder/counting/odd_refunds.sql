-- classified_orders -> one row: the number of valid orders, of those with known refunds, of those with refunds above their
-- amount and the first of them as an example, of those with a refund, and of those whose refund has a date.
select
    count(*),
    count(refunded_amount),
    count(*) filter (where refunded_amount > exported_amount),
    min_by(
        concat(order_id, ' (', refunded_amount, ' of ', exported_amount, ')'), order_id
    ) filter (where refunded_amount > exported_amount),
    count(*) filter (where refunded_amount > 0),
    count(*) filter (where refunded_amount > 0 and refunded_at is not null)
from classified_orders
where class = 'valid'
