-- -> one row per column of `profiles`; stores of older versions have fewer columns.
select column_name from duckdb_columns() where table_name = 'profiles'
