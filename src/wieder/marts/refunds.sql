-- valid_orders, calendar -> refunds: one row per period and segment with orders, with the refunds of these orders, made on
-- any day. No rows if no export has refunds.
create or replace temp view refunds as
select
    c.period,
    o.segment,
    count(*) as n_orders,
    count(o.refunded) as n_known,                   -- orders from exports that have refunds
    count(*) filter (where o.refunded > 0) as n_refunded,
    sum(o.revenue) as revenue,
    coalesce(sum(o.refunded), 0) as refunded
from valid_orders as o
join calendar as c on c.day = o.day
where exists (from valid_orders where refunded is not null)
group by c.period, o.segment;
