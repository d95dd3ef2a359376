-- previous_loads -> this_load: one row, the number ($number, or else the one after $last_load and all others) and the
-- time ($loaded_at, UTC) of the load that begins, when its files were exported if that is told ($exported_at), and since
-- when rows without a day are as its exports describe them: since then, or else since the load.
-- file_times, file_accounts: empty.
create or replace temp table file_times (           -- one row per file with rows that are kept
    file_number INTEGER,
    state_at TIMESTAMP                              -- from when its rows are
);
create or replace temp table file_accounts (        -- one row per file of this load
    file_number INTEGER,
    states BIGINT,                                  -- rows, after lines were added up
    replaced_states BIGINT,                         -- those that gave way to one that this file brings
    replaced_rows BIGINT,                           -- rows of theirs, and rows of this file that were known
    replaced_amount DECIMAL(38, 4)
);

create or replace temp table this_load as
select
    cast(coalesce($number, greatest($last_load, coalesce(max(load), 0)) + 1) as INTEGER) as load,
    cast($loaded_at as TIMESTAMP) as loaded_at,
    cast($exported_at as TIMESTAMP) as exported_at,
    cast(coalesce($exported_at, $loaded_at) as TIMESTAMP) as described_at
from previous_loads;
