-- shared_keys, persons -> persons: the person of a customer becomes the smallest person among all customers who share a
-- key with it, or that person's own person if smaller. When no step changes anything, all customers that are connected by
-- keys are one person.
create or replace temp table persons as
with key_persons as (
    select s.key, min(p.person) as person
    from shared_keys as s join persons as p using (customer)
    group by s.key
),
least_persons as (
    select s.customer, min(k.person) as person
    from shared_keys as s join key_persons as k using (key)
    group by s.customer
)
select l.customer, least(l.person, p.person) as person
from least_persons as l
join persons as p on p.customer = l.person;
