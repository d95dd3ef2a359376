-- previous_customer_keys, staged_orders, staged_customers -> customer_keys: one row per customer ever
-- seen. Known customers keep their number; new ones follow in the order of their keys, so that the same
-- loads always give the same numbers.
create or replace table customer_keys as
with staged_keys as (
    select customer_key from staged_orders where customer_key is not null
    union
    select customer_key from staged_customers where customer_key is not null
),
new_keys as (
    select customer_key from staged_keys
    where not exists (from previous_customer_keys as k where k.customer_key = staged_keys.customer_key)
)
select customer, customer_key from previous_customer_keys
union all
select
    cast(
        (select coalesce(max(customer), 0) from previous_customer_keys)
        + row_number() over (order by customer_key) as INTEGER
    ) as customer,
    customer_key
from new_keys
order by customer;
