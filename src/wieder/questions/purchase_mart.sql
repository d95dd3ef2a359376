-- numbered_purchases, scope -> one row per segment of the first order, number of the purchase in the sequence
-- of its customer (at most $last, which pools later ones), days to the next purchase, and whether there is one;
-- otherwise the days observed so far. Customers whose first order is in [$since, $until).
select
    segment,
    cast(least(number, $last) as integer) as number,
    cast(coalesce(next_day, (select as_of from scope) - 1) - day as integer) as days,
    next_day is not null as has_next,
    count(*) as n_purchases,
    count(*) filter (number <= $last) as n_exact,        -- purchases whose number is not capped
    cast(sum(n_orders) as bigint) as n_orders,
    cast(sum(revenue) as decimal(38, 4)) as revenue
from numbered_purchases
where first_day >= $since and first_day < $until
group by all
