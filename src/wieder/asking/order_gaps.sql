-- classified_orders -> one row per day of an order and day of the same customer's next one (null: none yet), with
-- the number of such pairs, of valid orders before $as_of. Orders of one day are one; anonymous ones are left out.
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
