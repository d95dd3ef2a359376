-- periods, scope -> spans: one row per period, `period_stop` being its end, or as-of where that comes first.
create or replace temp view spans as
select p.period, p.period_start, least(p.period_end, s.as_of) as period_stop
from periods as p cross join scope as s;
