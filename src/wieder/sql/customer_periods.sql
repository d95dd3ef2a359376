-- purchases, calendar -> customer_periods: one row per customer and period with an order of that customer.
-- previous_* and next_* are those of the customer's neighbouring rows, null at either end.
create or replace temp table customer_periods as
select
    active.* exclude (next_day),
    first_calendar.period as first_period,
    before.period as previous_period,
    after.period as next_period
from (
    select
        customer,
        period,
        min(first_segment) as segment,
        min(first_day) as first_day,
        max(day) as last_day,
        cast(count(*) as integer) as n_orders,
        cast(sum(case when starts_occasion then 1 else 0 end) as integer) as n_occasions,
        sum(revenue) as revenue,
        -- Only what comes before the first order of a period, and after the last one, lies outside of it.
        case when min(previous_day) < min(day) then min(previous_day) end as previous_last_day,
        case when max(next_day) > max(day) then max(next_day) end as next_day
    from purchases
    where customer is not null
    group by customer, period
) as active
join calendar as first_calendar on first_calendar.day = active.first_day
left join calendar as before on before.day = active.previous_last_day
left join calendar as after on after.day = active.next_day;
