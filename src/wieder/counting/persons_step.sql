-- shared_keys, persons -> persons: everybody is the least person among those who share a key with them, or the person
-- that this one is. Repeated until nothing changes, all customers that are connected by keys are one person.
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
