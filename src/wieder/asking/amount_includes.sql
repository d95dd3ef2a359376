-- profiles -> one row per statement of the order exports about what their amounts include; null: not known.
select distinct amount_includes from profiles where table_name = 'orders'
