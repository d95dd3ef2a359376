-- {table}, scope -> {view}: the rows of an export that are dated before the report date.
create or replace temp view {view} as
select *
from {table}
where {day} < (select as_of from scope);
