-- replaced_orders, staged_orders, staged_files -> one row per file with orders that are known in a newer state than it
-- has them, and another one: how many these are, and whether no order of the file is as the file has it.
with late as (
    select file_number, count(*) as n_lost, count(*) filter (where is_other) as n_late
    from replaced_orders
    where replaced_by = file_number
    group by file_number
),
held as (
    select file_number, count(*) as n_orders from staged_orders group by file_number
)
select f.file, l.n_late, l.n_lost = h.n_orders as all_lost
from late as l
join held as h using (file_number)
join staged_files as f using (file_number)
where l.n_late > 0
order by f.file_number
