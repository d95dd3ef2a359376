-- previous_meta, previous_customer_keys, previous_orders -> one row: the last load, customer and order that have a
-- number. A number is never given twice, also where what had it is gone.
with told as (
    select key, try_cast(value as INTEGER) as number from previous_meta
)
select
    coalesce((select max(number) from told where key = 'last_load'), 0),
    greatest(
        coalesce((select max(customer) from previous_customer_keys), 0),
        coalesce((select max(number) from told where key = 'last_customer'), 0)
    ),
    greatest(
        coalesce((select max(order_index) from previous_orders), 0),
        coalesce((select max(number) from told where key = 'last_order_index'), 0)
    )
