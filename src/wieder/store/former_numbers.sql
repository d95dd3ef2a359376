-- previous_customer_keys, previous_orders, previous_meta -> former_customer_keys, former_orders: the numbers that
-- customers and orders had; meta: the last numbers given to customers, orders and loads.
create or replace temp table former_customer_keys as
select customer, customer_key from previous_customer_keys;

create or replace temp table former_orders as
select order_index, order_id from previous_orders;

insert into meta
select 'last_customer', cast(max(customer) as VARCHAR) from previous_customer_keys
union all
select 'last_order_index', cast(max(order_index) as VARCHAR) from previous_orders
union all
select 'last_load', cast(max(load) as VARCHAR) from previous_loads
union all
select key, value from previous_meta where key in ('last_customer', 'last_order_index', 'last_load');
