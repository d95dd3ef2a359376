-- nothing -> tables, empty: one row per table of an export, what it held when the store was written.
create or replace table tables (
    table_name VARCHAR,
    key_columns VARCHAR[],                          -- as the export declares them
    n_rows BIGINT,
    checksum VARCHAR,                               -- the sum of the hashes of all rows, over all columns
    duckdb_version VARCHAR                          -- which made the checksum: another one may hash otherwise
);
