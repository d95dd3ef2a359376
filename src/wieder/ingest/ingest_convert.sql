-- staged_orders, rated_rows -> staged_orders, where the money of the rated rows is in $currency: exact products,
-- rounded half to even to four decimals.
create or replace temp macro converted(amount, rate) as
    cast(round_even(cast(amount as DECIMAL(38, 4)) * rate, 4) as DECIMAL(18, 4));

update staged_orders
set
    amount = converted(amount, r.rate),
    refunded_amount = converted(refunded_amount, r.rate),
    shipping = converted(shipping, r.rate),
    tax = converted(tax, r.rate),
    discount = converted(discount, r.rate),
    currency = $currency
from rated_rows as r
where staged_orders.rowid = r.id
