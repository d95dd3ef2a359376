-- periods, scope -> calendar: one row per day of the history and the period it lies in.
-- Days before the first period have period -1, days after the last one the number of periods.
insert into calendar
select
    cast(d.day as date) as day,
    coalesce(p.period, case when d.day < (select min(period_start) from periods) then -1
                            else (select count(*) from periods) end)::int as period
from range(
    (select history_start from scope)::timestamp, (select as_of from scope)::timestamp, interval 1 day
) as d(day)
left join periods as p on d.day >= p.period_start and d.day < p.period_end;
