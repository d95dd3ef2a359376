-- previous_loads -> this_load: one row, the number and the time ($loaded_at, UTC) of the load that begins.
create or replace temp table this_load as
select
    cast(coalesce(max(load), 0) + 1 as INTEGER) as load,
    cast($loaded_at as TIMESTAMP) as loaded_at
from previous_loads;
