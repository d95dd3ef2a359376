-- purchase_days, $since, $until -> one row per customer with a purchase in [$since, $until): how many, and what
-- was spent on them.
select
    customer,
    cast(count(*) as integer) as recent_days,
    cast(sum(revenue) as double) as recent_revenue
from purchase_days
where day >= $since and day < $until
group by customer
