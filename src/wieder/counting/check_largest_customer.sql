-- classified_orders, customer_keys -> one row: of all valid orders with a customer, the share of the customer who has the
-- most, the number of that customer's orders, the customer's key. Unknown below 100 orders.
with counted as (
    select customer, count(*) as n_orders
    from classified_orders
    where class = 'valid' and customer is not null
    group by customer
),
largest as (
    select customer, n_orders, (select sum(n_orders) from counted) as n_all
    from counted
    order by n_orders desc, customer
    limit 1
)
select case when n_all >= 100 then n_orders / n_all end as value, n_orders as n, customer_key as example
from largest
join customer_keys using (customer);
