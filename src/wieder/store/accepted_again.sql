-- {previous}.loads -> loads: the differences that were accepted when the loads were first done.
update loads
set accepted_drift = old.accepted_drift
from (
    -- A database of an older version may lack the column.
    select 0 as load, '' as sha256, '' as accepted_drift where false
    union all by name
    from {previous}.loads
) as old
where old.load = loads.load and old.sha256 = loads.sha256;
