-- valid_orders, calendar, scope -> purchases: one row per valid order, sorted by customer and order.
-- Anonymous orders have customer null, and so null in everything that follows from a customer.
-- An order starts an occasion unless occasions are days and the customer ordered before on that day.
create or replace temp table purchases as
select
    p.customer,
    c.period,
    p.day,
    p.revenue,
    p.segment,                                      -- of the order itself
    p.first_segment,                                -- of the customer's first order
    p.first_day,
    p.previous_day,
    p.next_day,
    p.sequence,                                     -- 1 = first order of the customer
    p.customer is not null and (
        p.previous_day is null or p.previous_day < p.day or (select occasion from scope) = 'order'
    ) as starts_occasion
from (
    select
        customer,
        day,
        revenue,
        segment,
        case when customer is not null then first_value(segment) over orders_of_customer end as first_segment,
        case when customer is not null then first_value(day) over orders_of_customer end as first_day,
        case when customer is not null then lag(day) over orders_of_customer end as previous_day,
        case when customer is not null then lead(day) over orders_of_customer end as next_day,
        case when customer is not null then row_number() over orders_of_customer end as sequence
    from valid_orders
    window orders_of_customer as (partition by customer order by ordered_at, order_id)
) as p
join calendar as c on c.day = p.day;
