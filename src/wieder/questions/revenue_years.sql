-- customer_orders -> one row per segment of the first order: number of customers with an order in [$start, $middle),
-- number of these who also ordered in [$middle, $stop), and their revenue in both spans. kept_revenue is the sum of
-- the smaller of the two revenues of each customer.
select
    segment,
    count(*) as customers,
    count(following) as retained_customers,
    sum(base) as base_revenue,
    sum(least(base, coalesce(following, 0))) as kept_revenue,
    coalesce(sum(following), 0) as following_revenue
from (
    select
        first_segment as segment,
        sum(case when day < $middle then revenue end) as base,
        sum(case when day >= $middle then revenue end) as following
    from customer_orders
    where customer is not null and day >= $start and day < $stop
    group by customer, first_segment
) as customers
where base is not null
group by segment;
