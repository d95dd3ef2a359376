-- rejects -> every rejected row with its reason, in the order of the loads and files.
-- Grain: one row per rejected row of an export.
select
    file,
    line,         -- where the row begins, the header being line 1; in Parquet the number of the row
    column_name,  -- null where the whole row was refused
    value,
    reason,
    message,
    raw           -- the row as it stands in the file
from rejects
order by load, file, line, column_name
