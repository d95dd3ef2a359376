-- shared_keys -> persons: one row per customer who shares a key; everybody is a person of their own.
create or replace temp table persons as
select distinct customer, customer as person from shared_keys;
