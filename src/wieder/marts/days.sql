-- purchases -> days: one row per day with orders of known customers and segment of the customer's first order.
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
