-- -> scope: exactly one row: dates and rules of this computation.
create or replace temp table scope as
select
    cast($as_of as date) as as_of,                  -- exclusive
    cast($history_start as date) as history_start,  -- day of the first valid order
    cast($occasion as varchar) as occasion,         -- 'order' or 'day'
    cast($window_days as integer) as window_days,
    cast($maximum_lifetime_years as double) as maximum_lifetime_years;
