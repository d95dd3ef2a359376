-- nothing -> the tables of the store that do not belong to an export, empty, unless they exist.
create table if not exists meta (                   -- one row per fact about the database itself
    key VARCHAR,                                    -- store_version; last_load, last_customer, last_order_index:
                                                    -- numbers that are never given twice; open_file: the sha256 of a
                                                    -- file that may be loaded again; taken_back: a load that was
                                                    -- undone, of which only the account is left; placed_orders: the
                                                    -- rules by which the places of orders were computed
    value VARCHAR
);
create table if not exists customer_keys (          -- one row per customer ever seen; never renumbered
    customer INTEGER,                               -- 1, 2, ...
    customer_key VARCHAR                            -- as in the exports
);
create table if not exists loads (                  -- one row per load and file
    load INTEGER,                                   -- 1, 2, ...; the files of one load share it
    loaded_at TIMESTAMP,                            -- UTC
    exported_at TIMESTAMP,                          -- local time of the shop; null if not given
    file VARCHAR,
    sha256 VARCHAR,
    bytes BIGINT,
    table_name VARCHAR,                             -- the name of the export
    rows_read BIGINT,                               -- = rejected + left out + kept
    rows_rejected BIGINT,
    rows_left_out BIGINT,                           -- by the condition in the settings
    rows_merged BIGINT,                             -- further lines of an order: rows_kept - orders_kept
    rows_kept BIGINT,
    orders_kept BIGINT,                             -- orders in the file; 0 for other exports
    orders_replaced BIGINT,                         -- older states that the orders of this file replaced
    rows_replaced BIGINT,                           -- rows replaced by newer ones, or known already
    amount_read DECIMAL(38, 4),
    amount_rejected DECIMAL(38, 4),
    amount_left_out DECIMAL(38, 4),
    amount_replaced DECIMAL(38, 4),
    accepted_drift VARCHAR                          -- differences to earlier loads that were accepted: slug, slug
);
create table if not exists rejects (                -- one row per reason why a row was rejected
    load INTEGER,
    file VARCHAR,
    line BIGINT,                                    -- where the row starts; the header is line 1
    column_name VARCHAR,
    value VARCHAR,
    reason VARCHAR,
    message VARCHAR,
    raw VARCHAR
);
create table if not exists profiles (               -- one row per load and file, to compare later exports with
    load INTEGER,
    file VARCHAR,
    table_name VARCHAR,
    delimiter VARCHAR,                              -- empty for Parquet
    columns VARCHAR[],                              -- as written, in order
    names MAP(VARCHAR, VARCHAR),                    -- canonical column -> column of the export
    dates VARCHAR,                                  -- format of the dates: the name of their reader
    amount_includes VARCHAR[],                      -- tax, shipping; null where it is not known
    file_number INTEGER,                            -- position of the file in its load
    n_rows BIGINT,                                  -- rows that are kept; for orders, the number of orders
    first_day DATE,
    last_day DATE,
    median_amount DECIMAL(18, 4),
    currency VARCHAR,
    digit_keys BIGINT,                              -- rows whose first key is nothing but digits
    padded_keys BIGINT,                             -- rows whose first key begins with 0
    customers BIGINT,                               -- here and below null for customer exports
    known_customers BIGINT,                         -- customers that an earlier load had; null in the first load
    digit_customers BIGINT,
    padded_customers BIGINT,
    mail_customers BIGINT                           -- customers whose key is an e-mail address
);
