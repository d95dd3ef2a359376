-- purchases -> customer_periods: one row per customer and period with an order of that customer.
-- previous_* and next_* are those of the customer's neighbouring rows, null at either end.
create or replace temp table customer_periods as
select
    active.*,
    first_calendar.period as first_period,
    lag(active.period) over periods_of_customer as previous_period,
    lag(last_day) over periods_of_customer as previous_last_day,
    lead(active.period) over periods_of_customer as next_period
from (
    select
        customer,
        period,
        min(first_segment) as segment,
        min(first_day) as first_day,
        max(day) as last_day,
        cast(count(*) as integer) as n_orders,
        cast(sum(case when starts_occasion then 1 else 0 end) as integer) as n_occasions,
        sum(revenue) as revenue
    from purchases
    where customer is not null
    group by customer, period
) as active
join calendar as first_calendar on first_calendar.day = active.first_day
window periods_of_customer as (partition by active.customer order by active.period);
