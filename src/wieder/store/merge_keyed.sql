-- {previous_states}, {staged_states}, file_times -> {replaced}: one row per state that another one replaces, in the
-- database (file_number 0) or in a file of this load. A state is a row, or the rows with the same {key} in one file.
-- The newest state wins; among equally old ones, the one that was read last. replaced_by: the file with the next newer
-- state, or the state's own file if that newer state was read before. is_other: whether {compared} differs from that of
-- the state that wins. order_index: the number of an order in the database, which it keeps.
-- {state_at}: the time of the last change of a row if its export has it, or else the time of its file.
create or replace temp table {replaced} as
with repeated as (
    -- A key occurs once per file, and the grouping would take a second for millions of orders.
    select {key} from {staged_states}
    where {n_files} > 1
    group by {key} having count(*) > 1
    union
    select {staged_key} from {staged_states} as s semi join {previous_states} as t on {same_key}
),
states as (
    select 0 as file_number, s.state_at, {staged_key}, {n_rows} as n_rows, {amount} as amount, {compared} as compared,
        cast({number} as INTEGER) as order_index
    from {previous_states} as s semi join repeated as t on {same_key}
    union all
    select s.file_number, {state_at} as state_at, {staged_key}, {n_rows}, {amount}, {compared}, null
    from {staged_states} as s semi join repeated as t on {same_key}
    join file_times on file_times.file_number = s.file_number
)
select
    file_number,
    {key},
    n_rows,
    amount,
    order_index,
    greatest(file_number, lead(file_number) over age) as replaced_by,
    compared is distinct from last_value(compared) over whole as is_other
from states
window
    age as (partition by {key} order by state_at nulls first, file_number),
    whole as (
        partition by {key} order by state_at nulls first, file_number
        rows between unbounded preceding and unbounded following
    )
qualify lead(file_number) over age is not null;
