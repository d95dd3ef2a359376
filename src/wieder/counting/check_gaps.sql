-- valid_days -> one row: the number of days in gaps (as value and count), the first day of the last gap. A gap is a run of
-- days without a valid order in which ten orders or more were expected, by the means of the eight same weekdays before.
-- The chance of no order where ten are expected is less than 1 in 20,000.
with expected as (
    select
        day,
        n_orders,
        avg(n_orders) over (
            partition by dayofweek(day) order by day rows between 8 preceding and 1 preceding
        ) as usual,
        count(*) filter (where n_orders > 0) over (order by day) as gap
    from valid_days
),
gaps as (
    select gap, min(day) as first_day, count(*) as n_days
    from expected
    where n_orders = 0
    group by gap
    having sum(usual) >= 10
)
select cast(coalesce(sum(n_days), 0) as DOUBLE) as value, value as n, cast(max(first_day) as VARCHAR) as example
from gaps;
