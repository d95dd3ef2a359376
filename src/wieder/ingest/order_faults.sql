-- staged_orders, one row per row of an export -> the same, with a fault on all rows of orders in $files whose rows
-- contradict each other. `faults`: cases over the rows of an order that give the fault.
with contradictory as (
    select order_id, file_number, case {faults} end as fault
    from staged_orders
    where fault is null and list_contains($files, file_number)
    group by order_id, file_number
    having count(*) > 1
)
update staged_orders set fault = contradictory.fault, is_kept = false
from contradictory
where staged_orders.order_id = contradictory.order_id
    and staged_orders.file_number = contradictory.file_number
    and staged_orders.fault is null
    and contradictory.fault is not null
