-- previous_loads, previous_rejects, staged_files, staged_rejects, file_accounts, this_load, staged_profiles -> loads,
-- profiles: one row per load and file; rejects: one row per reason why a row was rejected.
-- {has_lines}: the exports with several rows (lines) per order, which are added up; in others, one row counts.
create or replace table loads as
from previous_loads
union all by name
select
    l.load,
    l.loaded_at,
    l.exported_at,
    f.file,
    f.sha256,
    f.bytes,
    f.table_name,
    f.rows_read,
    f.rows_rejected,
    f.rows_left_out,
    case when f.table_name in ({has_lines}) then f.rows_kept - coalesce(a.states, 0) else 0 end as rows_merged,
    f.rows_kept,
    case when f.table_name = 'orders' then coalesce(a.states, 0) else 0 end as orders_kept,
    case when f.table_name = 'orders' then coalesce(a.replaced_states, 0) else 0 end as orders_replaced,
    coalesce(a.replaced_rows, 0) as rows_replaced,
    cast(coalesce(f.amount_read, 0) as DECIMAL(38, 4)) as amount_read,
    cast(coalesce(f.amount_rejected, 0) as DECIMAL(38, 4)) as amount_rejected,
    cast(coalesce(f.amount_left_out, 0) as DECIMAL(38, 4)) as amount_left_out,
    coalesce(a.replaced_amount, 0) as amount_replaced,
    d.accepted_drift
from staged_files as f
cross join this_load as l
left join file_accounts as a on a.file_number = f.file_number
left join staged_profiles as d on d.file_number = f.file_number
order by load, file;

create or replace table rejects as
from previous_rejects
union all
select l.load, s.file, s.line, s.column_name, s.value, s.reason, s.message, s.raw
from staged_rejects as s
cross join this_load as l
order by load, file, line, column_name;

create or replace table profiles as
from previous_profiles
union all by name
select l.load, f.file, f.table_name, p.* exclude (accepted_drift)
from staged_profiles as p
join staged_files as f using (file_number)
cross join this_load as l
order by load, file;
