-- nothing -> the tables of the store that are of no export, empty, where they do not exist yet.
create table if not exists meta (                   -- one row per fact about the database itself
    key VARCHAR,                                    -- store_version; last_load, last_customer, last_order_index:
                                                    -- numbers that are never given twice; open_file: the sha256 of a
                                                    -- file that may be loaded again; taken_back: a load of which only
                                                    -- the account is left; placed_orders
    value VARCHAR
);
create table if not exists customer_keys (          -- one row per customer ever seen; never renumbered
    customer INTEGER,                               -- 1, 2, ...
    customer_key VARCHAR                            -- as in the exports
);
create table if not exists loads (                  -- one row per load and file
    load INTEGER,                                   -- 1, 2, ...; the files of one load share it
    loaded_at TIMESTAMP,                            -- UTC
    exported_at TIMESTAMP,                          -- local time of the shop; null where nobody told
    file VARCHAR,
    sha256 VARCHAR,
    bytes BIGINT,
    table_name VARCHAR,                             -- the name of the export
    rows_read BIGINT,                               -- = rejected + left out + kept
    rows_rejected BIGINT,
    rows_left_out BIGINT,                           -- by the condition in the settings
    rows_merged BIGINT,                             -- lines of one order, or rows that are known already
    rows_kept BIGINT,
    orders_kept BIGINT,                             -- orders that the file holds; 0 for other exports
    orders_replaced BIGINT,                         -- older states of orders that the file holds again
    rows_replaced BIGINT,                           -- rows of older states that the file holds again
    amount_read DECIMAL(38, 4),
    amount_rejected DECIMAL(38, 4),
    amount_left_out DECIMAL(38, 4),
    amount_replaced DECIMAL(38, 4),
    accepted_drift VARCHAR                          -- differences to earlier loads that were accepted: slug, slug
);
create table if not exists rejects (                -- one row per reason why a row was refused
    load INTEGER,
    file VARCHAR,
    line BIGINT,                                    -- where the row starts; the header is line 1
    column_name VARCHAR,
    value VARCHAR,
    reason VARCHAR,
    message VARCHAR,
    raw VARCHAR
);
create table if not exists profiles (               -- one row per load and file: what later exports are compared with
    load INTEGER,
    file VARCHAR,
    table_name VARCHAR,
    delimiter VARCHAR,                              -- empty for Parquet
    columns VARCHAR[],                              -- as written, in order
    names MAP(VARCHAR, VARCHAR),                    -- canonical column -> column of the export
    dates VARCHAR,                                  -- how the day of a row is written: the reader's name
    amount_includes VARCHAR[],                      -- tax, shipping; null where it is not known
    file_number INTEGER,                            -- in which place the file was read
    n_rows BIGINT,                                  -- rows that are kept: of orders, the orders
    first_day DATE,
    last_day DATE,
    median_amount DECIMAL(18, 4),
    currency VARCHAR,
    digit_keys BIGINT,                              -- rows whose first key is nothing but digits
    padded_keys BIGINT,                             -- rows whose first key begins with 0
    customers BIGINT,                               -- here and below null for customer exports
    known_customers BIGINT,                         -- those that an earlier load had; null in the first one
    digit_customers BIGINT,
    padded_customers BIGINT,
    mail_customers BIGINT                           -- customers whose key is an address
);
