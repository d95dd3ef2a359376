-- customer_orders -> one row: median and 90 % quantile of the gaps between purchase days, over all
-- customers; null if no customer ordered on two days.
select
    cast(median(day - previous_day) as double) as median_gap_days,
    cast(quantile_disc(day - previous_day, 0.9) as integer) as usual_gap_days
from customer_orders
where previous_day < day
