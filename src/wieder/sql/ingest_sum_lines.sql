-- staged_orders, one row per order line -> one row per order and file: amounts added, the earliest time,
-- and everything else as the first line has it. An order has one customer, or none.
create or replace temp table summed_orders as
with lines as (select rowid as _line, * from staged_orders),
orders as (
    select
        order_id,
        file_number,
        min(_line) as _line,
        min(customer_key) as customer_key,
        min(ordered_at) as ordered_at,
        cast(sum(amount) as DECIMAL(18, 4)) as amount,
        cast(count(*) as INTEGER) as n_rows
    from lines
    group by order_id, file_number
)
select first_lines.* exclude (_line) replace (
    orders.customer_key as customer_key,
    orders.ordered_at as ordered_at,
    orders.amount as amount,
    orders.n_rows as n_rows
)
from orders
join lines as first_lines using (_line)
order by _line;

drop table staged_orders;
alter table summed_orders rename to staged_orders;
