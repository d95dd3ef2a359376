-- periods, scope -> spans: one row per period; `period_stop` is its end, or the report date if that is earlier.
create or replace temp view spans as
select p.period, p.period_start, least(p.period_end, s.as_of) as period_stop
from periods as p cross join scope as s;
