-- staged_orders, one row per row of an export -> the same, where the money that applies to a whole order in $files is
-- on one of its rows, a kept row if there is one, and null on the others.
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
