-- customer_orders, calendar, scope -> purchases: one row per valid order, with its period.
-- An order starts an occasion unless occasions are days and the customer has an earlier order on that day.
-- gap_days: days since the customer's previous occasion; null for the first, and if the order starts no occasion.
create or replace temp view purchases as
select
    o.customer,
    c.period,
    o.day,
    o.revenue,
    o.segment,
    o.first_segment,
    o.first_day,
    o.previous_day,
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
