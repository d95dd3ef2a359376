-- classified_orders -> one row per purchase day and next purchase day of the same customer (null: none yet), with
-- the number of such pairs: valid orders before $as_of, one purchase per day, without anonymous orders.
select day, next_day, count(*) as n_pairs
from (
    select ordered_on as day, lead(ordered_on) over (partition by customer order by ordered_on) as next_day
    from (
        select distinct customer, ordered_on
        from classified_orders
        where class = 'valid' and customer is not null and ordered_on < $as_of
    ) as purchase_days
) as pairs
group by day, next_day
order by day, next_day;
