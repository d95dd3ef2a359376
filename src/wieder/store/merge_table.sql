-- {kept_previous}, {kept_staged}, file_times, customer_keys, this_load -> {table}: one row per known row, in its latest
-- state, all of it from one file. A column that only some exports have is null in rows of the others.
-- {owners_joins}: the tables with the numbers of new orders and customers; older rows have theirs. {joins}: the tables
-- with the numbers that rows refer to, also for older rows, since the order or customer may have become known by now.
-- {state_at}: the time of a row. {numbered}: all columns, in the order of the rows.
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
