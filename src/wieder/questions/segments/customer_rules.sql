-- customer profiles, customers -> one row per profile, with what else the rules of a user may look at: the
-- customer's average order value, and the columns of the customer export that are called like none of ours.
select profiles.*, profiles.revenue::double / profiles.orders as average_order_value{further}
from ({profiles}) as profiles
left join customers on customers.customer = profiles.customer
