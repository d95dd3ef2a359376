-- shared_keys -> persons: one row per customer who shares a key; at first, each is a separate person.
create or replace temp table persons as
select distinct customer, customer as person from shared_keys;
