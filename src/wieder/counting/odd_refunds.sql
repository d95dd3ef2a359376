-- classified_orders -> one row: the valid orders, those whose refunds are known, those refunded more than they cost
-- with the first of them as an example, those with a refund, and those of them that say when.
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
