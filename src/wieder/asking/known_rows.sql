-- {table}, scope -> {view}: one row per row of an export that lies before the as-of day.
create or replace temp view {view} as
select *
from {table}
where {day} < (select as_of from scope);
