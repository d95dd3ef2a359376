-- previous_meta, previous_customer_keys, previous_orders -> one row: the last numbers of loads, customers and orders.
-- No number is given twice, even if the load, customer or order is gone.
with given as (
    select key, try_cast(value as INTEGER) as number from previous_meta
)
select
    coalesce((select max(number) from given where key = 'last_load'), 0),
    greatest(
        coalesce((select max(customer) from previous_customer_keys), 0),
        coalesce((select max(number) from given where key = 'last_customer'), 0)
    ),
    greatest(
        coalesce((select max(order_index) from previous_orders), 0),
        coalesce((select max(number) from given where key = 'last_order_index'), 0)
    )
