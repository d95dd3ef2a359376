-- nothing -> row_figures, empty: one row per file, with counts and ranges of its rows.
create or replace temp table row_figures (
    file_number INTEGER, n_rows BIGINT, first_day DATE, last_day DATE, median_amount DECIMAL(18, 4), currency VARCHAR,
    digit_keys BIGINT, padded_keys BIGINT, customers BIGINT, known_customers BIGINT, digit_customers BIGINT,
    padded_customers BIGINT, mail_customers BIGINT
);
