-- valid_orders -> one row if the refunds of any valid order are known, no row otherwise.
select 1 from valid_orders where refunded is not null limit 1
