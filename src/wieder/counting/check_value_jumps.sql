-- valid_days, check_terms -> one row: the largest distance of a day's average order value in the last four weeks from
-- the 56 days before (in robust standard deviations, at least 2 % of the usual value), the number of days beyond the
-- threshold, the day with the largest distance. Days with fewer than 20 orders are ignored. Unknown if fewer than 28
-- of the 56 days remain.
with valued as (
    select day, revenue / n_orders as average from valid_days where n_orders >= 20
),
compared as (
    select
        day,
        average,
        median(average) over before as usual,
        mad(average) over before as spread,
        count(*) over before as n_before
    from valued
    window before as (order by day range between interval 56 days preceding and interval 1 day preceding)
),
scored as (
    select day, average, usual, abs(average - usual) / greatest(1.4826 * spread, 0.02 * usual) as distance
    from compared
    where n_before >= 28
        and usual > 0
        and day < (select max(day) from valid_days)
        and day >= (select max(day) from valid_days) - 28
)
select
    max(distance) as value,
    count(*) filter (where distance > (select value_jump from check_terms)) as n,
    max_by(format('{}: {:.2f}, usually {:.2f}', day, average, usual), (distance, day)) as example
from scored;
