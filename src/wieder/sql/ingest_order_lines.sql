-- staged_orders, one row per order line -> one row: the rows, the orders (one per file), those with
-- several rows, and how many of these have one amount on all rows, or different states.
with orders as (
    select
        count(*) as n_rows,
        min(amount) is not distinct from max(amount) as one_amount,
        count(distinct status) > 1 as many_states
    from staged_orders
    group by order_id, file_number
)
select
    cast(coalesce(sum(n_rows), 0) as BIGINT),
    count(*),
    count(*) filter (where n_rows > 1),
    count(*) filter (where n_rows > 1 and one_amount),
    count(*) filter (where many_states)
from orders
