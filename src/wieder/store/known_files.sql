-- loads of the database `previous` -> one row per file that would change nothing if it were read again: its sha256.
-- With another time of export than before ($exported_at), a file can contain newer states, and is not among them.
select distinct sha256
from (
    -- A database of an older version may lack the column exported_at.
    select '' as sha256, cast(null as TIMESTAMP) as exported_at where false
    union all by name
    from {previous}.main.loads
)
where ($exported_at is null or exported_at is not distinct from cast($exported_at as TIMESTAMP))
    -- After a load was undone, rows of these files may be missing.
    and sha256 not in (select value from {previous}.main.meta where key = 'open_file')
