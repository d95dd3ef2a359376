-- previous_loads, previous_profiles, previous_meta -> one row per load and file, with whether the load was undone. The
-- files of a load are in the order in which they were read, or by name in a store of version 1, which does not have it.
select
    l.load,
    l.loaded_at,
    l.exported_at,
    l.load in (select try_cast(value as INTEGER) from previous_meta where key = 'taken_back') as is_undone,
    l.file,
    l.sha256,
    l.table_name,
    l.rows_replaced
from previous_loads as l
left join previous_profiles as p on p.load = l.load and p.file = l.file
order by l.load, p.file_number nulls last, l.file
