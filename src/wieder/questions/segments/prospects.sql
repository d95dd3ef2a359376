-- customers, same_persons, customer_orders -> one row: number of persons in the customer export without a
-- valid order.
select count(*)
from (
    select distinct coalesce(same_persons.person, customers.customer) as customer
    from customers
    left join same_persons using (customer)
) as registered
anti join (select customer from customer_orders where sequence = 1) as buyers using (customer)
