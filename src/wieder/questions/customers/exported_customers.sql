-- customers, same_persons -> one row per person of the customer export. {columns}: what is wanted of them, each
-- an aggregate, since a person may have several accounts.
select coalesce(same_persons.person, customers.customer) as customer{columns}
from customers
left join same_persons using (customer)
group by coalesce(same_persons.person, customers.customer)
