-- -> periods: one row per period, half-open, numbered from 0 in the order of $starts and $ends.
create or replace temp table periods as
select
    cast(unnest(range(len($starts))) as integer) as period,
    unnest(cast($starts as date[])) as period_start,
    unnest(cast($ends as date[])) as period_end;
