-- loads of the database `previous` -> one row per file that would change nothing if it were read again: by its sha256.
-- Told to be of another time than before ($exported_at), a file can bring newer states after all.
select distinct sha256
from (
    -- A database made before the time was kept has no such column.
    select '' as sha256, cast(null as TIMESTAMP) as exported_at where false
    union all by name
    from {previous}.main.loads
)
where ($exported_at is null or exported_at is not distinct from cast($exported_at as TIMESTAMP))
    -- A load was taken back, and what these files hold of its rows was not kept.
    and sha256 not in (select value from {previous}.main.meta where key = 'open_file')
