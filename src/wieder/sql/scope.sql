-- -> scope: exactly one row, what this computation is about; periods: one row per period, half-open;
-- calendar: one row per day of the history. A day before the first period has period -1, a day after the
-- last one the number of periods.
create or replace temp table scope (
    as_of date,                     -- exclusive
    history_start date,             -- day of the first valid order
    occasion varchar,               -- 'order' or 'day'
    window_days integer,
    maximum_lifetime_years double
);
create or replace temp table periods (period integer, period_start date, period_end date);
create or replace temp table calendar (day date, period integer);
