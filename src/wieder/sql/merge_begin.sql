-- previous_loads -> this_load: one row, the number and the time ($loaded_at, UTC) of the load that begins, and since
-- when customers are as its customer exports describe them: $exported_at if it is told, or else the time of the load.
create or replace temp table this_load as
select
    cast(coalesce(max(load), 0) + 1 as INTEGER) as load,
    cast($loaded_at as TIMESTAMP) as loaded_at,
    cast(coalesce($exported_at, $loaded_at) as TIMESTAMP) as described_at
from previous_loads;
