-- previous_loads -> this_load: one row for the load that begins: its number ($number, or else the one after $last_load
-- and all others), its time ($loaded_at, UTC), the time of the export if given ($exported_at), and described_at, the time
-- of rows without a day: that of the export, or else of the load.
-- file_times, file_accounts: empty.
create or replace temp table file_times (           -- one row per file with rows that are kept
    file_number INTEGER,
    state_at TIMESTAMP                              -- time of its rows
);
create or replace temp table file_accounts (        -- one row per file of this load
    file_number INTEGER,
    states BIGINT,                                  -- rows, after lines were added up
    replaced_states BIGINT,                         -- older states that a state of this file replaced
    replaced_rows BIGINT,                           -- their rows, and rows of this file that were known
    replaced_amount DECIMAL(38, 4)
);

create or replace temp table this_load as
select
    cast(coalesce($number, greatest($last_load, coalesce(max(load), 0)) + 1) as INTEGER) as load,
    cast($loaded_at as TIMESTAMP) as loaded_at,
    cast($exported_at as TIMESTAMP) as exported_at,
    cast(coalesce($exported_at, $loaded_at) as TIMESTAMP) as described_at
from previous_loads;
