-- previous_loads -> this_load: one row, the number and the time ($loaded_at, UTC) of the load that begins, when its
-- files were exported if that is told ($exported_at), and since when customers are as its customer exports describe
-- them: since then, or else since the load.
create or replace temp table this_load as
select
    cast(coalesce(max(load), 0) + 1 as INTEGER) as load,
    cast($loaded_at as TIMESTAMP) as loaded_at,
    cast($exported_at as TIMESTAMP) as exported_at,
    cast(coalesce($exported_at, $loaded_at) as TIMESTAMP) as described_at
from previous_loads;
