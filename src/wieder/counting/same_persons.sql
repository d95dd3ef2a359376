-- persons -> same_persons: one row per customer who is the same person as another one with a smaller number.
-- Groups of more than $maximum customers are not merged: their shared key is not personal.
create or replace temp table same_persons as
select customer, person
from persons
where customer <> person
    and person in (select person from persons group by person having count(*) <= $maximum);
