-- valid_orders, calendar -> refund_days: one row per period and segment with orders or refunds in it, with the refunds made
-- in it, for orders of any day. No rows if no export has refunds, or if none of the refunds has a date.
create or replace temp view refund_days as
select period, segment, sum(n_refunded)::bigint as n_refunded, sum(refunded) as refunded
from (
    select c.period, o.segment, 1 as n_refunded, o.refunded
    from valid_orders as o
    join calendar as c on c.day = o.refunded_on
    where o.refunded > 0
    union all
    select distinct c.period, o.segment, 0, 0
    from valid_orders as o
    join calendar as c on c.day = o.day
) as events
where exists (from valid_orders where refunded is not null)
    and (
        exists (from valid_orders where refunded_on is not null)
        or not exists (from valid_orders where refunded > 0)
    )
group by period, segment;
