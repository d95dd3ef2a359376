-- customer_orders -> one row: the quantile $share of the gaps between purchase days of one customer, in days;
-- null if no customer ordered on two days.
select min(gap)
from (
    select gap, sum(n_pairs) over (order by gap) as n_so_far, sum(n_pairs) over () as n_total
    from (
        select next_day - day as gap, count(*) as n_pairs
        from customer_orders
        where next_day > day
        group by gap
    ) as gaps
) as running
where n_so_far >= $share * n_total;
