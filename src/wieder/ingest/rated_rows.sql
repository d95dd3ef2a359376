-- {table}, rates -> rated_rows: one row per kept row in another currency than $currency, with the exchange rate on its
-- day: the last rate of its currency, at most $maximum_age days old, or null if there is none. A rate without a day is
-- always valid.
create or replace temp table rated_rows as
select
    o.rowid as id,
    o.currency,
    o.day,
    case
        when r.valid_from = date '0001-01-01' or o.day - r.valid_from <= $maximum_age then r.rate
    end as rate
from (
    select rowid, currency, cast({day} as DATE) as day
    from {table}
    where is_kept and currency <> $currency
) as o
asof left join rates as r on r.currency = o.currency and o.day >= r.valid_from
