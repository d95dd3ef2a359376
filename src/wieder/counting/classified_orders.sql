-- orders, same_persons, state_classes, excluded_groups -> classified_orders: one row per order of the store, with its
-- person, its amount, and its class, which is the first reason why it does not count, or else 'valid'. Only valid orders
-- are in KPIs. The user's conditions are applied to the order as it was exported.
-- `columns`: all columns of orders, typed. `person`, `persons`: the person, if any customers are merged. `customer_id`,
-- `customer_keys`: the key, if a condition uses it. `less`: the parts that are deducted from the amount.
-- `excluded_by`: the first condition that the order meets. `test_or_group`, `refunded`: the cases of these rules, only if
-- they apply, to save time. `zero_is_valid`: true or false.

-- Whether a cell of is_test means yes or no, in any usual spelling; null for another word, whose meaning is not guessed.
create or replace temp macro is_yes(word) as
    case
        when lower(trim(word)) in ('1', '1.0', 'true', 't', 'yes', 'y', 'wahr', 'ja', 'j', 'x', 'test') then true
        when lower(trim(word)) in ('', '0', '0.0', 'false', 'f', 'no', 'n', 'falsch', 'nein', '-', 'live') then false
    end;

-- Whether an order was refunded in full: its state decides only if there is no refunded amount.
create or replace temp macro is_refunded(refunded_amount, amount, class) as
    refunded_amount >= amount or (coalesce(refunded_amount, 0) = 0 and class = 'refunded');

create or replace temp view classified_orders as
with owned as (
    select o.* {person} {customer_id}
    from (select {columns} from orders) as o
    {persons}
    {customer_keys}
),
priced as (
    select
        * replace (cast(amount {less} as DECIMAL(18, 4)) as amount),
        amount as exported_amount,
        {excluded_by} as excluded_by
    from owned
)
select
    o.*,
    case
        when s.class in ('cancelled', 'unpaid') then s.class
        {test_or_group}
        when o.excluded_by is not null then o.excluded_by
        {refunded}
        when o.amount = 0 and not {zero_is_valid} then 'zero'
        when o.amount < 0 then 'negative'
        else 'valid'
    end as class
from priced as o
left join state_classes as s on s.state = lower(trim(o.status));

-- The amount of an order that was refunded before the day as_of: at most the amount of the order; null if the export has
-- no refund for it. Only dated refunds can be recognised as later ones.
create or replace temp macro refunded_before(as_of, refunded_amount, refunded_at, amount) as
    case
        when refunded_amount is null then null
        when refunded_at >= as_of then 0
        when refunded_amount > amount then amount       -- least() would ignore a null
        else refunded_amount
    end;
