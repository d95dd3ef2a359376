-- previous_orders, staged_orders, staged_files -> replaced_orders: one row per state of an order that a
-- later file holds again: a state in the database (file_number 0) or in an earlier file of this load.
create or replace temp table replaced_orders as
with repeated as (
    -- One file holds an order once, and the grouping would cost a second for millions of orders.
    select order_id from staged_orders
    where (select count(*) from staged_files where table_name = 'orders') > 1
    group by order_id having count(*) > 1
    union
    select order_id from staged_orders semi join previous_orders using (order_id)
),
states as (
    select 0 as file_number, order_id, n_rows, amount
    from previous_orders semi join repeated using (order_id)
    union all
    select file_number, order_id, n_rows, amount
    from staged_orders semi join repeated using (order_id)
)
select
    file_number,
    order_id,
    n_rows,
    amount,
    lead(file_number) over (partition by order_id order by file_number) as replaced_by
from states
qualify replaced_by is not null;
