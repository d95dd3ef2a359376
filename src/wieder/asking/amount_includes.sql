-- profiles -> one row per distinct list of the parts (tax, shipping) that order amounts include; null: unknown.
select distinct amount_includes from profiles where table_name = 'orders'
