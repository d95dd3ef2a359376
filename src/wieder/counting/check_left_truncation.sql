-- valid_days, check_terms -> one row: the valid orders of the first 28 days as a share of the median 28 days of the year
-- that follows, their number, the first day. A shop that has just opened starts small; data that start at full volume
-- hide older customers, who then count as new. Unknown with less than half a year of data, or with a complete history.
with blocks as (
    select
        date_diff('day', (select min(day) from valid_days), day) // 28 as block,
        sum(n_orders) as n_orders,
        count(*) as n_days
    from valid_days
    group by block
),
measured as (
    select
        sum(n_orders) filter (where block = 0) as first_orders,
        median(n_orders) filter (where block between 1 and 13) as usual,
        count(*) filter (where block between 1 and 13) as n_blocks
    from blocks
    where n_days = 28
)
select
    case when n_blocks >= 6 and not complete_history then first_orders / nullif(usual, 0) end as value,
    cast(first_orders as BIGINT) as n,
    (select cast(min(day) as VARCHAR) from valid_days) as example
from measured
cross join check_terms;
