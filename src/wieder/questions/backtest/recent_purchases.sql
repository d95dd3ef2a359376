-- purchase_days, $since, $until -> one row per customer with a purchase in [$since, $until): the number of
-- purchases, and the spend on them.
select
    customer,
    cast(count(*) as integer) as recent_days,
    cast(sum(revenue) as double) as recent_revenue
from purchase_days
where day >= $since and day < $until
group by customer
