-- staged_files, staged_layouts, staged_orders, previous_customer_keys -> staged_profiles: one row per file, what
-- a later export of the same table is compared with.
create or replace temp table staged_profiles as
with order_figures as (
    select
        file_number,
        count(*) as orders,
        cast(min(ordered_at) as DATE) as first_day,
        cast(max(ordered_at) as DATE) as last_day,
        quantile_disc(amount, 0.5) as median_amount,
        max(currency) as currency,
        count(*) filter (where regexp_full_match(order_id, '[0-9]+')) as digit_orders,
        count(*) filter (where starts_with(order_id, '0')) as padded_orders
    from staged_orders
    group by file_number
),
file_customers as (
    select distinct file_number, customer_key from staged_orders where customer_key is not null
),
customer_figures as (
    select
        file_number,
        count(*) as customers,
        case
            when exists (from previous_customer_keys)
                then count(*) filter (where customer_key in (select customer_key from previous_customer_keys))
        end as known_customers,
        count(*) filter (where regexp_full_match(customer_key, '[0-9]+')) as digit_customers,
        count(*) filter (where starts_with(customer_key, '0')) as padded_customers,
        count(*) filter (where contains(customer_key, '@')) as mail_customers
    from file_customers
    group by file_number
)
select
    f.file_number,
    l.delimiter,
    l.columns,
    l.names,
    l.dates,
    l.amount_includes,
    o.* exclude (file_number),
    c.* exclude (file_number),
    cast(null as VARCHAR) as accepted_drift
from staged_files as f
left join staged_layouts as l using (file_number)
left join order_figures as o using (file_number)
left join customer_figures as c using (file_number)
order by f.file_number;
