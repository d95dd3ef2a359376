-- {updated_at}: when a row was last changed, if its export says so.
-- previous_orders, staged_orders, file_times, customer_keys, replaced_orders, this_load -> orders: one row per order
-- in its latest state, sorted by customer and time. An order comes whole from one file: its rows in an
-- older file are no further lines of it. A column that only some exports have is null elsewhere.
create or replace table orders as
select *
from (
    select * from previous_orders
    where not exists (
        from replaced_orders as r where r.file_number = 0 and r.order_id = previous_orders.order_id
    )
    union all by name
    select
        s.order_id,
        k.customer,
        s.ordered_at,
        cast(s.ordered_at as DATE) as ordered_on,
        s.amount,
        s.status,
        s.currency,
        s.n_rows,
        (select load from this_load) as load,
        coalesce({updated_at}, t.state_at) as state_at,
        s.* exclude (order_id, customer_key, ordered_at, amount, status, currency, n_rows, file_number)
    from staged_orders as s
    join file_times as t on t.file_number = s.file_number
    left join customer_keys as k on k.customer_key = s.customer_key
    where not exists (
        from replaced_orders as r where r.file_number = s.file_number and r.order_id = s.order_id
    )
)
order by customer nulls last, ordered_at, order_id;
