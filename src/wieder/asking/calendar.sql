-- periods, scope -> calendar: one row per day of the history, with its period and the first day of that period.
-- Days before the first period have period -1, days after the last one the number of periods; period_start is null for both.
create or replace temp table calendar as
select
    cast(d.day as date) as day,
    cast(coalesce(p.period, case when d.day < (select min(period_start) from periods) then -1
                                 else (select count(*) from periods) end) as integer) as period,
    p.period_start
from range(
    (select cast(history_start as timestamp) from scope), (select cast(as_of as timestamp) from scope), interval 1 day
) as d(day)
left join periods as p on d.day >= p.period_start and d.day < p.period_end;
