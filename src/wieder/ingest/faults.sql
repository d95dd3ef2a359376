-- The raw cells of one file (scan) and the typed rows (table), consecutive and in the order of the file -> one row per
-- row with a fault: its number in the file (from 1), the fault, and all cells.
with first as (select min(rowid) as id from {table} where file_number = $file_number),
faults as (
    select rowid - (select id from first) + 1 as row, fault
    from {table}
    where file_number = $file_number and fault is not null
)
select row, fault, {cells}
from (select row_number() over () as row, * from {scan}) as numbered
join faults using (row)
order by row
