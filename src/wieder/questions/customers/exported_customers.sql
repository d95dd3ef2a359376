-- customers, same_persons -> one row per person of the customer export. {columns}: the requested values, each
-- an aggregate, because a person may have several accounts.
select coalesce(same_persons.person, customers.customer) as customer{columns}
from customers
left join same_persons using (customer)
group by coalesce(same_persons.person, customers.customer)
