-- purchase_days, $until, $horizon_end (null: no horizon) -> one row per customer whose first purchase is before
-- $until: purchases known before that day, and actual purchases in [$until, $horizon_end).
select
    customer,
    min(day) as first_day,
    max(day) filter (is_known) as last_day,
    cast(sum(n_orders) filter (is_known) as integer) as orders,
    cast(count(*) filter (is_known) as integer) as purchase_days,
    cast(sum(revenue) filter (is_known) as double) as revenue,
    -- Without the first purchase, which is less typical of those that follow.
    cast(sum(revenue) filter (is_known) - min_by(revenue, day) as double) as repeat_revenue,
    case when cast($horizon_end as date) is not null
         then cast(count(*) filter (not is_known) as integer) end as future_days,
    case when cast($horizon_end as date) is not null
         then cast(coalesce(sum(n_orders) filter (not is_known), 0) as integer) end as future_orders,
    case when cast($horizon_end as date) is not null
         then cast(coalesce(sum(revenue) filter (not is_known), 0) as double) end as future_revenue
from (
    select customer, day, day < cast($until as date) as is_known, n_orders, revenue
    from purchase_days
    where day < coalesce(cast($horizon_end as date), cast($until as date))
) as purchases
group by customer
having min(day) < cast($until as date)
