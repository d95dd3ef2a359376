-- $groups: customer groups as in the settings -> excluded_groups: one row per group whose orders do not count.
create or replace temp table excluded_groups as
select distinct lower(trim(unnest(cast($groups as varchar[])))) as customer_group;
