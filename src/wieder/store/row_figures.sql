-- {staged}, previous_customer_keys -> row_figures: one row per file of an export. {day}, {amount}, {currency},
-- {first_key}, {customer_key}: columns of the export, or null if it has none.
insert into row_figures
with figures as (
    select
        file_number,
        count(*) as n_rows,
        cast(min({day}) as DATE) as first_day,
        cast(max({day}) as DATE) as last_day,
        quantile_disc({amount}, 0.5) as median_amount,
        max({currency}) as currency,
        count(*) filter (where regexp_full_match({first_key}, '[0-9]+')) as digit_keys,
        count(*) filter (where starts_with({first_key}, '0')) as padded_keys
    from {staged}
    group by file_number
),
file_customers as (
    select distinct file_number, {customer_key} as customer_key from {staged} where {customer_key} is not null
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
select f.*, c.* exclude (file_number)
from figures as f
left join customer_figures as c using (file_number);
