-- staged_orders, $exported_at -> file_times: one row per file of orders, the time from which its states are: as
-- told, or else the time of its newest order, for it was not exported before that.
create or replace temp table file_times as
select file_number, coalesce(cast($exported_at as TIMESTAMP), max(ordered_at)) as state_at
from staged_orders
group by file_number;
