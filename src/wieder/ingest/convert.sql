-- {table}, rated_rows -> {table} with the money of the rated rows in $currency: exact products, rounded half to even
-- to four decimals.
create or replace temp macro converted(amount, rate) as
    cast(round_even(cast(amount as DECIMAL(38, 4)) * rate, 4) as DECIMAL(18, 4));

update {table}
set {amounts}, currency = $currency
from rated_rows as r
where {table}.rowid = r.id
