-- classified_orders, customers -> segments: one row per combination of the attributes asked for.
-- {label} is the combination as text, made of quoted column names; '' where the attribute is not known.
create or replace temp table segments as
select cast(row_number() over (order by label) as integer) as segment, label
from (
    select distinct {label} as label
    from classified_orders as o
    left join customers as c on c.customer = o.customer
    where o.class = 'valid' and o.ordered_on < (select as_of from scope)
) as labels;
