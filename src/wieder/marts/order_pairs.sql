-- purchases -> order_pairs: one row per day of an order, day of the same customer's next order (null if there is none
-- yet) and segment of the first order; pairs within one day are excluded.
create or replace temp table order_pairs as
select first_segment as segment, day, next_day, count(*) as n_pairs
from purchases
where customer is not null and (next_day is null or next_day > day)
group by first_segment, day, next_day;
