-- valid_days, check_terms -> one row: the largest distance of a day's orders in the last four weeks from the eight same
-- weekdays before (in robust standard deviations, at least those of pure chance), the number of days beyond the
-- threshold, the day with the largest distance. The last day may be incomplete, and is excluded. Unknown with less than
-- nine weeks of data.
with compared as (
    select
        day,
        n_orders,
        median(n_orders) over before as usual,
        mad(n_orders) over before as spread,
        count(*) over before as n_before
    from valid_days
    window before as (partition by dayofweek(day) order by day rows between 8 preceding and 1 preceding)
),
scored as (
    select day, n_orders, usual, abs(n_orders - usual) / greatest(1.4826 * spread, sqrt(usual), 1) as distance
    from compared
    where n_before = 8
        and day < (select max(day) from valid_days)
        and day >= (select max(day) from valid_days) - 28
)
select
    max(distance) as value,
    count(*) filter (where distance > (select order_jump from check_terms)) as n,
    max_by(format('{}: {} orders, usually {:.0f}', day, n_orders, usual), (distance, day)) as example
from scored;
