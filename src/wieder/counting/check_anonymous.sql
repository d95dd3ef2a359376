-- classified_orders -> one row: the share of valid orders without a customer, their number, the last of them.
select
    count(*) filter (where customer is null) / nullif(count(*), 0) as value,
    count(*) filter (where customer is null) as n,
    max_by(order_id, (ordered_at, order_id)) filter (where customer is null) as example
from classified_orders
where class = 'valid';
