-- staged_orders, one row per order line -> one row of counts: rows; orders (per file); orders with several rows; orders
-- with the same amount on several rows; orders with different statuses; rows without an amount, because it applies to
-- the whole order; orders refunded on several days.
with orders as (
    select
        count(*) as n_rows,
        count(amount) as n_amounts,
        count(amount) = count(*) and min(amount) = max(amount) as one_amount,
        count(distinct status) > 1 as many_states,
        min(cast(refunded_at as DATE)) filter (where refunded_amount <> 0)
            < max(cast(refunded_at as DATE)) filter (where refunded_amount <> 0) as many_refund_days
    from staged_orders
    group by order_id, file_number
)
select
    cast(coalesce(sum(n_rows), 0) as BIGINT),
    count(*),
    count(*) filter (where n_rows > 1),
    count(*) filter (where n_rows > 1 and one_amount),
    count(*) filter (where many_states),
    coalesce(sum(n_rows - n_amounts), 0),
    count(*) filter (where many_refund_days)
from orders
