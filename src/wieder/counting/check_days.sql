-- classified_orders -> valid_days: one row per day from the first to the last valid order, with the number of valid
-- orders, of those with a time of day, and their revenue (the last two are null without orders).
create or replace temp table valid_days as
with counted as (
    select
        ordered_on as day,
        count(*) as n_orders,
        count(*) filter (where ordered_at <> ordered_on) as n_timed,
        cast(sum(amount) as DOUBLE) as revenue
    from classified_orders
    where class = 'valid'
    group by ordered_on
),
calendar as (
    select cast(unnest(generate_series(min(day), max(day), interval 1 day)) as DATE) as day from counted
)
select day, coalesce(n_orders, 0) as n_orders, n_timed, revenue
from calendar
left join counted using (day);
