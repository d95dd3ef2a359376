-- nothing -> the numbers that customers and orders had before a load was taken back; empty where none was.
create temp table if not exists former_customer_keys (customer INTEGER, customer_key VARCHAR);
create temp table if not exists former_orders (order_index INTEGER, order_id VARCHAR);
