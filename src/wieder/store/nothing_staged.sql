-- nothing -> former_customer_keys, former_orders, empty: the numbers that customers and orders had before a load was
-- undone.
create temp table if not exists former_customer_keys (customer INTEGER, customer_key VARCHAR);
create temp table if not exists former_orders (order_index INTEGER, order_id VARCHAR);
