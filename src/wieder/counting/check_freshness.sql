-- valid_days, check_terms -> one row: days from the last valid order to today, the same as a count, the day of that order.
select date_diff('day', max(day), any_value(today)) as value, value as n, cast(max(day) as VARCHAR) as example
from valid_days
cross join check_terms;
