-- $cancelled, $refunded, $unpaid: states as in the settings -> state_classes: one row per state whose orders do not count.
create or replace temp table state_classes as
select state, min(class) as class                   -- of several lists with the same state, the first
from (
    select lower(trim(unnest(cast($cancelled as varchar[])))) as state, 'cancelled' as class
    union all
    select lower(trim(unnest(cast($refunded as varchar[])))), 'refunded'
    union all
    select lower(trim(unnest(cast($unpaid as varchar[])))), 'unpaid'
) as listed
group by state;
