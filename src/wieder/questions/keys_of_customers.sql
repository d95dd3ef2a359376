-- customer_keys -> one row per customer: the number and the key in the export.
select customer, customer_key
from customer_keys
