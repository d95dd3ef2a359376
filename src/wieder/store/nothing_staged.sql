-- nothing -> what a load stages beside the rows of its exports, empty, where it was not staged.
create temp table if not exists staged_files (
    file_number INTEGER, file VARCHAR, sha256 VARCHAR, bytes BIGINT, table_name VARCHAR, rows_read BIGINT,
    rows_rejected BIGINT, rows_left_out BIGINT, rows_kept BIGINT, amount_read DECIMAL(38, 4),
    amount_rejected DECIMAL(38, 4), amount_left_out DECIMAL(38, 4), amount_kept DECIMAL(38, 4)
);
create temp table if not exists staged_rejects (
    file VARCHAR, line BIGINT, column_name VARCHAR, value VARCHAR, reason VARCHAR, message VARCHAR, raw VARCHAR
);
create temp table if not exists staged_layouts (
    file_number INTEGER, delimiter VARCHAR, columns VARCHAR[], names MAP(VARCHAR, VARCHAR), dates VARCHAR,
    amount_includes VARCHAR[]
);
create temp table if not exists former_customer_keys (customer INTEGER, customer_key VARCHAR);
create temp table if not exists former_orders (order_index INTEGER, order_id VARCHAR);
