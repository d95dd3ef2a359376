-- staged_orders, one row per row of an export -> the same, where of each order in $files only one row has the money
-- that holds for all: a kept one if there is any. On the others it is null.
with placed as (
    select
        rowid as id,
        row_number() over (
            partition by file_number, order_id order by is_kept desc, fault nulls first, rowid
        ) as place
    from staged_orders
    where order_id is not null and list_contains($files, file_number)
)
update staged_orders set {emptied}
from placed
where staged_orders.rowid = placed.id and placed.place > 1
