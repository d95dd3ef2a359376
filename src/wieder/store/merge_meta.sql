-- previous_meta, staged_files, loads, customer_keys, orders -> meta: one row per fact about the database itself. A file
-- that may be loaded again (open_file) is removed from meta once a load has read it.
create or replace table meta as
select 'store_version' as key, cast($version as VARCHAR) as value
union all
select 'last_load', cast(greatest($last_load, coalesce((select max(load) from loads), 0)) as VARCHAR)
union all
select 'last_customer', cast(greatest($last_customer, (select max(customer) from customer_keys)) as VARCHAR)
union all
select 'last_order_index', cast(greatest($last_order_index, (select max(order_index) from orders)) as VARCHAR)
union all
select key, value
from previous_meta
where key = 'taken_back' or key = 'open_file' and value not in (select sha256 from staged_files);
