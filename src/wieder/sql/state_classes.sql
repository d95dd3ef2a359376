-- $cancelled, $unpaid: states as in the settings -> state_classes: one row per state that keeps an order from counting.
create or replace temp table state_classes as
select state, min(class) as class                   -- a state in both lists is 'cancelled'
from (
    select lower(trim(unnest(cast($cancelled as varchar[])))) as state, 'cancelled' as class
    union all
    select lower(trim(unnest(cast($unpaid as varchar[])))), 'unpaid'
) as listed
group by state;
