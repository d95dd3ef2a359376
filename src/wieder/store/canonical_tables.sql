-- nothing -> the canonical tables, empty, where they do not exist yet. Further columns of the exports
-- are added to orders and customers as VARCHAR by the loads that bring them.
create table if not exists meta (                   -- one row per fact about the database itself
    key VARCHAR,                                    -- store_version
    value VARCHAR
);
create table if not exists customer_keys (          -- one row per customer ever seen; never renumbered
    customer INTEGER,                               -- 1, 2, ...
    customer_key VARCHAR                            -- as in the exports
);
create table if not exists orders (                 -- one row per order, in its latest state
    order_id VARCHAR,
    customer INTEGER,                               -- null = anonymous
    ordered_at TIMESTAMP,                           -- local time of the shop
    ordered_on DATE,
    amount DECIMAL(18, 4),                          -- sum of the order's rows, as exported
    status VARCHAR,
    currency VARCHAR,
    n_rows INTEGER,                                 -- rows of the export that make up the order
    refunded_amount DECIMAL(18, 4),                 -- so far, positive; null where the export has no such column
    refunded_at TIMESTAMP,                          -- the last refund; local time of the shop
    email VARCHAR,                                  -- normalised; null where unknown
    phone VARCHAR,                                  -- digits, + first if international; null where unknown
    shipping DECIMAL(18, 4),                        -- like all amounts the sum of the order's rows, as exported
    tax DECIMAL(18, 4),
    discount DECIMAL(18, 4),
    is_test VARCHAR,                                -- as exported; whether it says yes is for the settings to judge
    customer_group VARCHAR,
    load INTEGER,                                   -- the load that brought this state
    state_at TIMESTAMP                              -- from when this state is; a newer one replaces it
);
create table if not exists customers (              -- one row per customer of the customer exports
    customer INTEGER
);
create table if not exists customer_states (        -- one row per customer of the customer exports
    customer INTEGER,
    state_at TIMESTAMP                              -- since when it is as described; a newer export replaces it
);
create table if not exists loads (                  -- one row per load and file
    load INTEGER,                                   -- 1, 2, ...; the files of one load share it
    loaded_at TIMESTAMP,                            -- UTC
    exported_at TIMESTAMP,                          -- local time of the shop; null where nobody told
    file VARCHAR,
    sha256 VARCHAR,
    bytes BIGINT,
    table_name VARCHAR,                             -- orders or customers
    rows_read BIGINT,                               -- = rejected + left out + kept
    rows_rejected BIGINT,
    rows_left_out BIGINT,                           -- by the condition in the settings
    rows_merged BIGINT,                             -- further rows of the same order: kept - orders_kept
    rows_kept BIGINT,
    orders_kept BIGINT,                             -- orders that the file holds
    orders_replaced BIGINT,                         -- older states of orders that the file holds again
    rows_replaced BIGINT,
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
    dates VARCHAR,                                  -- how ordered_at is written: the reader's name
    amount_includes VARCHAR[],                      -- tax, shipping; null where it is not known
    orders BIGINT,                                  -- here and below null for customer exports
    first_day DATE,
    last_day DATE,
    median_amount DECIMAL(18, 4),
    currency VARCHAR,
    digit_orders BIGINT,                            -- orders whose id is nothing but digits
    padded_orders BIGINT,                           -- orders whose id begins with 0
    customers BIGINT,
    known_customers BIGINT,                         -- those that an earlier load had; null in the first one
    digit_customers BIGINT,
    padded_customers BIGINT,
    mail_customers BIGINT                           -- customers whose key is an address
);
