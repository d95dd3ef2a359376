-- classified_orders, orders, same_persons, calendar, periods, scope -> one row per period: facts about its orders,
-- whether they count or not, which later explain why a result of the period has changed.
with merged as (
    select customer from same_persons
    union
    select person from same_persons
),
known as (
    select
        c.period,
        count(*) as orders,
        sum(o.exported_amount) as amount,
        count(*) filter (o.class <> 'valid') as excluded,
        count(*) filter (o.refunded > 0) as refunded_orders,
        sum(o.refunded) as refunded_amount
    from (
        select *, refunded_before((select as_of from scope), refunded_amount, refunded_at, amount) as refunded
        from classified_orders
    ) as o
    join calendar as c on c.day = o.ordered_on
    group by c.period
),
shared as (
    select c.period, count(distinct o.customer) as merged_customers
    from orders as o
    join merged as m on m.customer = o.customer
    join calendar as c on c.day = o.ordered_on
    group by c.period
)
select
    p.period_start,
    coalesce(k.orders, 0) as known_orders,
    coalesce(k.amount, 0) as known_amount,              -- exact, in the currency of the export
    coalesce(k.excluded, 0) as excluded_orders,
    coalesce(k.refunded_orders, 0) as refunded_orders,
    coalesce(k.refunded_amount, 0) as refunded_amount,
    coalesce(m.merged_customers, 0) as merged_customers -- customers of the exports who are the same person as another
from periods as p
left join known as k using (period)
left join shared as m using (period)
order by p.period_start;
