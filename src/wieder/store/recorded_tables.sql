-- nothing -> tables, empty: one row per table of an export, with its rows and checksum when the store was written.
create or replace table tables (
    table_name VARCHAR,
    key_columns VARCHAR[],                          -- as the export declares them
    n_rows BIGINT,
    checksum VARCHAR,                               -- the sum of the hashes of all rows, over all columns
    duckdb_version VARCHAR                          -- of the checksum: another version may hash differently
);
