-- customer_orders -> one row per customer with more than one purchase day: how many days usually lie
-- between two of them. Orders of one day are one purchase here: they tell nothing about a rhythm.
select
    customer,
    cast(count(*) as integer) as n_gaps,
    cast(median(day - previous_day) as double) as median_gap_days
from customer_orders
where previous_day < day
group by customer
