-- purchases, calendar -> first_orders: one row per customer, in the period of the first order.
-- second_day is the day of the second occasion, null if there is none yet.
create or replace temp view first_orders as
select
    o.customer,
    o.first_segment as segment,
    o.first_day,
    o.next_day as second_day,
    o.period,
    second_calendar.period as second_period
from purchases as o
left join calendar as second_calendar on second_calendar.day = o.next_day
-- The last order of the first occasion: the next order starts the second one.
where o.customer is not null
    and case when (select occasion from scope) = 'order' then o.sequence = 1
             else o.day = o.first_day and (o.next_day is null or o.next_day > o.day) end;
