-- purchases, calendar -> first_orders: one row per customer, placed in the period of the first order.
-- second_day is the day of the second occasion, null while there is none.
create or replace temp table first_orders as
select
    f.customer,
    f.segment,
    f.first_day,
    f.second_day,
    first_calendar.period,
    second_calendar.period as second_period
from (
    select
        customer,
        min(first_segment) as segment,
        min(day) as first_day,
        min(case when sequence > 1 and starts_occasion then day end) as second_day
    from purchases
    where customer is not null
    group by customer
) as f
join calendar as first_calendar on first_calendar.day = f.first_day
left join calendar as second_calendar on second_calendar.day = f.second_day;
