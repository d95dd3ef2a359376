-- orders -> amount_parts: one row per part that is taken off the amounts, with its sum over all orders of the store.
-- `sums`: one SELECT per part, or one without rows.
create or replace temp view amount_parts as {sums};
