-- staged_customers, one row per row of the customer exports -> one row per customer: the last one read.
create or replace temp table last_customers as
select *
from staged_customers
where rowid in (select max(rowid) from staged_customers group by customer_key)
order by rowid;

drop table staged_customers;
alter table last_customers rename to staged_customers;
