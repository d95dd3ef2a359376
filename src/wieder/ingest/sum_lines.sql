-- staged_orders, one row per order line -> one row per order and file: amounts summed, the earliest time, the latest
-- refund, the first e-mail address and telephone number, and all else from the first line. The lines of an order have
-- at most one customer.
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
        cast(sum(refunded_amount) as DECIMAL(18, 4)) as refunded_amount,
        cast(sum(shipping) as DECIMAL(18, 4)) as shipping,
        cast(sum(tax) as DECIMAL(18, 4)) as tax,
        cast(sum(discount) as DECIMAL(18, 4)) as discount,
        max(refunded_at) as refunded_at,
        arg_min(email, _line) as email,
        arg_min(phone, _line) as phone,
        cast(count(*) as INTEGER) as n_rows
    from lines
    group by order_id, file_number
)
select first_lines.* exclude (_line) replace (
    orders.customer_key as customer_key,
    orders.ordered_at as ordered_at,
    orders.amount as amount,
    orders.refunded_amount as refunded_amount,
    orders.shipping as shipping,
    orders.tax as tax,
    orders.discount as discount,
    orders.refunded_at as refunded_at,
    orders.email as email,
    orders.phone as phone,
    orders.n_rows as n_rows
)
from orders
join lines as first_lines using (_line)
order by _line;

drop table staged_orders;
alter table summed_orders rename to staged_orders;
