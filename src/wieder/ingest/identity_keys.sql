-- staged_orders -> the same: the key of the customer is the first of the keys in the settings that the order has.
-- `keys`: these columns, as SQL. $not_personal: patterns of addresses that are no key. The address that a file
-- without customer ids is known by is an address, too.
update staged_orders
set
    email = coalesce(email, case when contains(customer_key, '@') then customer_key end),
    customer_key = coalesce({keys})
