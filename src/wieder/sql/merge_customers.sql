-- previous_customers, staged_customers, customer_keys -> customers: one row per customer of the customer
-- exports, as described by the latest of them.
create or replace table customers as
with staged as (
    select k.customer, s.* exclude (customer_key)
    from staged_customers as s
    join customer_keys as k on k.customer_key = s.customer_key
)
select *
from (
    select * from previous_customers anti join staged using (customer)
    union all by name
    select * from staged
)
order by customer;
