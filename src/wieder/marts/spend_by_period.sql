-- known_spend, customer_orders, calendar -> spend_by_period: one row per period that includes a day from the first to the
-- last day of the spend data. Days between them without a row have no spend; other days are unknown, and new customers on
-- them are not counted. Spend is for acquisition unless its purpose is retention.
create or replace temp view spend_by_period as
with bounds as (
    select min(spent_on) as first_day, max(spent_on) as last_day from known_spend
),
spent as (
    select
        spent_on as day,
        sum(amount) as spend,
        sum(amount) filter (
            where lower(purpose) in ('retention', 'bindung', 'kundenbindung', 'bestandskunden')
        ) as retention_spend
    from known_spend
    group by spent_on
),
won as (
    select day, count(*) as new_customers from customer_orders where sequence = 1 group by day
)
select
    c.period,
    count(*) filter (where c.day between b.first_day and b.last_day) as days,
    count(*) filter (where c.day not between b.first_day and b.last_day) as unknown_days,
    cast(coalesce(sum(s.spend), 0) as decimal(38, 4)) as spend,
    cast(coalesce(sum(s.retention_spend), 0) as decimal(38, 4)) as retention_spend,
    cast(
        coalesce(sum(w.new_customers) filter (where c.day between b.first_day and b.last_day), 0) as bigint
    ) as new_customers
from calendar as c
cross join bounds as b
left join spent as s on s.day = c.day
left join won as w on w.day = c.day
where c.period_start is not null
group by c.period
having count(*) filter (where c.day between b.first_day and b.last_day) > 0;
