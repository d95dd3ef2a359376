-- orders -> shared_keys: one row per customer and key (e-mail address or phone number) that several customers have.
-- `orders`: the orders with their columns typed; `keys`: the columns that are keys. $not_personal: patterns.
create or replace temp table shared_keys as
with pairs as (
    select distinct customer, key
    from (unpivot (select customer, {keys} from {orders}) on {keys} into name kind value key) as keyed
    where customer is not null
),
shared as (
    select key from pairs group by key having count(*) > 1
),
personal as (
    select key from shared
    where not exists (from (select unnest($not_personal) as pattern) as n where shared.key glob n.pattern)
)
select customer, key from pairs semi join personal using (key);
