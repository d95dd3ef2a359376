-- previous_customers, previous_customer_states, staged_customers, customer_keys, this_load -> customers: one row per
-- customer of the customer exports, as described by the newest of them; customer_states: since when.
create or replace temp table described_customers as
with staged as (
    select k.customer, s.* exclude (customer_key)
    from staged_customers as s
    join customer_keys as k on k.customer_key = s.customer_key
)
select *
from staged
where not exists (
    from previous_customer_states as p
    where p.customer = staged.customer and p.state_at > (select described_at from this_load)
);

create or replace table customers as
select *
from (
    select * from previous_customers anti join described_customers using (customer)
    union all by name
    select * from described_customers
)
order by customer;

create or replace table customer_states as
select *
from (
    select * from previous_customer_states anti join described_customers using (customer)
    union all by name
    select customer, (select described_at from this_load) as state_at from described_customers
)
order by customer;
