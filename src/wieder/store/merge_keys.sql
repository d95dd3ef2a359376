-- previous_customer_keys, former_customer_keys, staged_orders, staged_customers -> customer_keys: one row per customer
-- ever seen. Known customers keep their number, also those who were known before a load was undone; new ones follow
-- {last_customer} in the order of their keys, so that the same loads always give the same numbers.
create or replace table customer_keys as
with staged_keys as (
    select customer_key from staged_orders where customer_key is not null
    union
    select customer_key from staged_customers where customer_key is not null
),
found_keys as (
    select customer_key from staged_keys
    where not exists (from previous_customer_keys as k where k.customer_key = staged_keys.customer_key)
),
new_keys as (
    select customer_key from found_keys
    where not exists (from former_customer_keys as k where k.customer_key = found_keys.customer_key)
)
select customer, customer_key from previous_customer_keys
union all
select customer, customer_key from former_customer_keys semi join found_keys using (customer_key)
union all
select cast({last_customer} + row_number() over (order by customer_key) as INTEGER) as customer, customer_key
from new_keys
order by customer;
