-- -> one row per column of `profiles`, which a store of an older wieder has fewer of.
select column_name from duckdb_columns() where table_name = 'profiles'
