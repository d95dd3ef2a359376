-- valid_orders -> witness_orders: one row per valid order, for the witnesses.
-- {segment} is the segment that the KPI is cut by: that of the order, or of the customer's first order.
create or replace temp view witness_orders as
select order_id, customer, ordered_at, day, revenue, refunded, refunded_on, {segment} as segment
from valid_orders;
