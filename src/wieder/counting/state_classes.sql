-- $cancelled, $refunded, $unpaid: states as in the settings -> state_classes: one row per state that keeps an order
-- from counting.
create or replace temp table state_classes as
select state, min(class) as class                   -- a state in several lists is in the first
from (
    select lower(trim(unnest(cast($cancelled as varchar[])))) as state, 'cancelled' as class
    union all
    select lower(trim(unnest(cast($refunded as varchar[])))), 'refunded'
    union all
    select lower(trim(unnest(cast($unpaid as varchar[])))), 'unpaid'
) as listed
group by state;
