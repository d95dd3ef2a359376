-- persons -> same_persons: one row per customer who is the same person as another one with a smaller number.
-- Groups of more than $maximum customers share something that is not personal, and stay apart.
create or replace temp table same_persons as
select customer, person
from persons
where customer <> person
    and person in (select person from persons group by person having count(*) <= $maximum);
