-- customer_orders -> one row per customer with more than one purchase day: number and median of the gaps
-- between these days. Orders of one day are one purchase here, because gaps of 0 days are not a rhythm.
select
    customer,
    cast(count(*) as integer) as n_gaps,
    cast(median(day - previous_day) as double) as median_gap_days
from customer_orders
where previous_day < day
group by customer
