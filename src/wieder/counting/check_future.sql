-- orders, check_terms -> one row: the number of orders dated after today (as value and count), the latest of them.
select
    cast(count(*) as DOUBLE) as value,
    count(*) as n,
    max_by(concat(order_id, ': ', ordered_on), (ordered_at, order_id)) as example
from orders
where ordered_on > (select today from check_terms);
