-- classified_orders -> amount_parts: one row per part that is deducted from the amounts, with its sum over all orders.
-- `sums`: one SELECT per part, or one without rows.
create or replace temp view amount_parts as {sums};
