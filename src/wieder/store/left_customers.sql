-- {orders}, {customers} (with the rows of load {without}), previous_orders, previous_customers (without them)
-- -> left_customers: one row per customer that occurs only in rows of that load.
create or replace temp table left_customers as
select customer
from (
    select customer from ({orders}) where load = {without}
    union
    select customer from ({customers}) where load = {without}
)
where customer is not null
except
select customer
from (
    select customer from previous_orders
    union
    select customer from previous_customers
);
