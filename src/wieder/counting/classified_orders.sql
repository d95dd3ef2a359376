-- orders, same_persons, state_classes, excluded_groups -> classified_orders: one row per order of the store, with the
-- person whose it is, what it is worth, and the class that says why it counts or does not. The first reason that holds
-- is the one; 'valid' orders go into KPIs. Conditions of the user's see the order as it was exported.
-- `columns`: all columns of orders, typed. `person`, `persons`: the person, where any customers are one. `customer_id`,
-- `customer_keys`: the key, where a condition asks for it. `less`: the parts that are taken off the amount.
-- `excluded_by`: the first condition that holds. `test_or_group`, `refunded`: the cases of these rules, where they apply,
-- for they would cost time. `zero_is_valid`: true or false.

-- What the column is_test says, whoever wrote it: yes, no, or null for another word, whose meaning we do not guess.
create or replace temp macro says_yes(word) as
    case
        when lower(trim(word)) in ('1', '1.0', 'true', 't', 'yes', 'y', 'wahr', 'ja', 'j', 'x', 'test') then true
        when lower(trim(word)) in ('', '0', '0.0', 'false', 'f', 'no', 'n', 'falsch', 'nein', '-', 'live') then false
    end;

-- Whether an order was given back in full: the state says so only where no amount does.
create or replace temp macro given_back(refunded_amount, amount, class) as
    refunded_amount >= amount or (coalesce(refunded_amount, 0) = 0 and class = 'refunded');

create or replace temp view classified_orders as
with owned as (
    select o.* {person} {customer_id}
    from (select {columns} from orders) as o
    {persons}
    {customer_keys}
),
judged as (
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
from judged as o
left join state_classes as s on s.state = lower(trim(o.status));

-- How much of an order is given back by the end of a day before as_of: never more than the order is worth, null
-- where the export does not know. Which refunds come later is known only where they have a date.
create or replace temp macro refunded_before(as_of, refunded_amount, refunded_at, amount) as
    case
        when refunded_amount is null then null
        when refunded_at >= as_of then 0
        when refunded_amount > amount then amount       -- least would take null for nothing
        else refunded_amount
    end;
