-- staged_orders -> the same, with the first key of the settings that the order has as the key of its customer.
-- `keys`: the keys as SQL. $not_personal: patterns of addresses that are not keys. A customer id that is an address
-- also counts as the e-mail address.
update staged_orders
set
    email = coalesce(email, case when contains(customer_key, '@') then customer_key end),
    customer_key = coalesce({keys})
