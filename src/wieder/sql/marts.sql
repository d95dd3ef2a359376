-- customer_orders, calendar, scope -> purchases: one row per valid order and its period.
-- An order starts an occasion unless occasions are days and the customer ordered before on that day.
-- gap_days counts from the customer's occasion before; null for the first, and where no occasion starts.
create or replace temp view purchases as
select
    o.customer,
    c.period,
    o.day,
    o.revenue,
    o.segment,
    o.first_segment,
    o.first_day,
    o.next_day,
    o.sequence,                                     -- 1 = first order of the customer
    o.starts_occasion,
    case when o.starts_occasion then cast(o.day - o.previous_day as integer) end as gap_days
from (
    select
        *,
        customer is not null and (
            previous_day is null or previous_day < day or (select occasion from scope) = 'order'
        ) as starts_occasion
    from customer_orders
) as o
join calendar as c on c.day = o.day;

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

-- purchases -> days: one row per day with orders of known customers, and segment of their first order.
create or replace temp table days as
select
    day,
    first_segment as segment,
    count(*) as n_orders,
    sum(revenue) as revenue,
    sum(case when starts_occasion and sequence > 1 then 1 else 0 end)::bigint as n_repeat_occasions,
    sum(case when sequence = 1 then 1 else 0 end)::bigint as n_new_customers
from purchases
where customer is not null
group by day, first_segment;

-- purchases -> order_pairs: one row per day of an order, day of the same customer's next order (null:
-- none yet) and segment of the first order; pairs within one day are left out.
create or replace temp table order_pairs as
select first_segment as segment, day, next_day, count(*) as n_pairs
from purchases
where customer is not null and (next_day is null or next_day > day)
group by first_segment, day, next_day;
