-- customer_orders -> one row: the gaps between purchase days of all customers, their median and the one that
-- nine of ten do not exceed; null where nobody ordered on two days.
select
    cast(median(day - previous_day) as double) as median_gap_days,
    cast(quantile_disc(day - previous_day, 0.9) as integer) as usual_gap_days
from customer_orders
where previous_day < day
