-- previous_orders, staged_orders, staged_files, file_times -> replaced_orders: one row per state of an order that
-- gives way to another one, in the database (file_number 0) or in a file of this load. The newest state wins, of
-- equally old ones the one that was read last. A state is replaced by the file that brought the next newer one,
-- or, if it came too late, by its own. is_other tells whether it differs from the state that wins.
-- {updated_at}: when a row was last changed, if its export says so.
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
    select 0 as file_number, state_at, order_id, n_rows, amount, status
    from previous_orders semi join repeated using (order_id)
    union all
    select file_number, coalesce({updated_at}, state_at) as state_at, order_id, n_rows, amount, status
    from staged_orders semi join repeated using (order_id)
    join file_times using (file_number)
)
select
    file_number,
    order_id,
    n_rows,
    amount,
    greatest(file_number, lead(file_number) over age) as replaced_by,
    (amount, status) is distinct from (last_value(amount) over whole, last_value(status) over whole) as is_other
from states
window
    age as (partition by order_id order by state_at nulls first, file_number),
    whole as (
        partition by order_id order by state_at nulls first, file_number
        rows between unbounded preceding and unbounded following
    )
qualify lead(file_number) over age is not null;
