-- orders, cancelled_states, order_rules -> classified_orders: one row per order of the store, with the reason why it
-- counts or does not. The first reason that holds is the one; 'valid' orders go into KPIs.
create or replace temp view classified_orders as
select
    o.*,
    case
        when lower(trim(o.status)) in (select state from cancelled_states) then 'cancelled'
        when o.amount = 0 and not (select count_zero from order_rules) then 'zero'
        when o.amount < 0 then 'negative'
        else 'valid'
    end as class
from orders as o;
