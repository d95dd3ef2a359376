-- customer profiles, customers -> one row per profile, with further columns for the rules of a user: the
-- customer's average order value, and the columns of the customer export, except names that are already taken.
select profiles.*, profiles.revenue::double / profiles.orders as average_order_value{further}
from ({profiles}) as profiles
left join customers on customers.customer = profiles.customer
