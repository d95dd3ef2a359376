-- variables n_customers, n_orders, seed -> orders: one row per order, numbered chronologically;
-- customers: one row per customer. All randomness is a hash of (number, purpose, seed), so that the same
-- variables always give the same shop. Amounts are decimals, times are timestamps.
create or replace temp macro chance(number, purpose) as     -- uniform in (0, 1)
    ((hash(number, purpose, getvariable('seed')) >> 11) + 0.5) / 9007199254740992;
create or replace temp macro normal(number, purpose) as     -- Box and Muller
    sqrt(-2 * ln(chance(number, purpose || ' radius'))) * cos(2 * pi() * chance(number, purpose || ' angle'));

set variable seconds = 1096 * 86400;                        -- 2023-01-01 up to and including 2025-12-31
set variable n_guest_orders = getvariable('n_orders') // 50;

-- A third of the customers never return. The others buy at a gamma distributed rate with shape 1/2 (half the
-- square of a normal variate) until they drop out after an exponential time. `propensity` is rate x time.
create or replace temp table people as
select
    number,
    first_second,
    seconds_active,
    1 + (if(chance(number, 'once') < 0.35, 0, normal(number, 'rate') ** 2) * seconds_active)::hugeint as propensity
from (
    select *, least(
        getvariable('seconds') - 1 - first_second, 400 * 86400 * -ln(chance(number, 'dropout'))
    )::bigint as seconds_active
    from (
        select range as number,
            floor(getvariable('seconds') * chance(range, 'acquired') ** 0.8)::bigint as first_second
        from range(getvariable('n_customers'))
    )
);

-- Poisson processes with a given total number of events: every repeat order is assigned to a customer in
-- proportion to propensity, at a uniformly distributed time while that customer is active.
create or replace temp table chosen as
select order_number, number, first_second, seconds_active
from (
    select range as order_number, floor(chance(range, 'who') * (select sum(propensity) from people))::hugeint as point
    from range(getvariable('n_orders') - getvariable('n_customers') - getvariable('n_guest_orders'))
)
asof join (select *, sum(propensity) over (order by number) - propensity as lower from people)
    on point >= lower;

create or replace temp table orders as
select
    format('B{:08d}', number) as order_id,
    format('C{:07d}', customer) as customer_id,             -- null for a guest
    timestamp '2023-01-01' + to_seconds(second) as ordered_at,
    exp(3.6 + coalesce(0.4 * normal(customer, 'basket'), 0) + 0.6 * normal(number, 'amount'))::decimal(10, 2)
        as amount,
    if(chance(number, 'status') < 0.04, 'cancelled', 'delivered') as status,
    case
        when chance(number, 'channel') < 0.55 then 'web'
        when chance(number, 'channel') < 0.85 then 'app'
        else 'marketplace'
    end as channel
from (
    select row_number() over (order by second, customer) as number, *
    from (
        select number as customer, first_second as second from people
        union all
        select number, first_second + floor(chance(order_number, 'when') * seconds_active)::bigint from chosen
        union all
        select null, floor(chance(range, 'guest') * getvariable('seconds'))::bigint
        from range(getvariable('n_guest_orders'))
    )
)
order by number;

create or replace temp table customers as
select
    format('C{:07d}', number) as customer_id,
    case
        when chance(number, 'country') < 0.7 then 'DE'
        when chance(number, 'country') < 0.88 then 'AT'
        else 'CH'
    end as country
from people
order by number;
