-- {kept_previous}, {kept_staged}, file_times, customer_keys, this_load -> {table}: one row per row that is known, each
-- in its latest state. It comes whole from one file. A column that only some exports have is null elsewhere.
-- {owners_joins}: where the numbers of new orders and customers come from; older ones have theirs. {joins}: the same of
-- rows that refer to them, also of older ones, for they may have become known since. {state_at}: from when a row is. {numbered}: all columns, in the order of the rows.
create or replace table {table} as
select {numbered}
from (
    from (
        select {columns}
        from (
            select * from {kept_previous}
            union all by name
            select s.*{placed}{owners}, (select load from this_load) as load, {state_at} as state_at
            from {kept_staged} as s
            join file_times on file_times.file_number = s.file_number
            {owners_joins}
        ) as r
        {joins}
    )
    order by {order}
);
