-- valid_orders -> one row if any export says what was refunded, as far as orders count.
select 1 from valid_orders where refunded is not null limit 1
