-- customer_keys -> one row per customer: internal number and customer key of the export.
select customer, customer_key
from customer_keys
