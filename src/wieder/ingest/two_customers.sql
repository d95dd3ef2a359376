-- staged_orders, one row per order line -> the same, with a fault on all rows of orders with more than one customer.
with mixed as (
    select order_id, file_number
    from staged_orders
    where is_kept
    group by order_id, file_number
    having min(customer_key) <> max(customer_key)
)
update staged_orders set fault = {fault}, is_kept = false
from mixed
where is_kept and staged_orders.order_id = mixed.order_id and staged_orders.file_number = mixed.file_number
