-- Creates the empty tables that a load stages in addition to the rows of its exports. {create}: create table or similar.
-- staged_files: one row per file with its account. Money is summed over the rows with a readable amount.
{create} staged_files (
    file_number INTEGER,                            -- 1, 2, ... in the order of the arguments
    file VARCHAR,
    sha256 VARCHAR,
    bytes BIGINT,
    table_name VARCHAR,                             -- name of the export
    rows_read BIGINT,                               -- = rejected + left out + kept
    rows_rejected BIGINT,
    rows_left_out BIGINT,
    rows_kept BIGINT,
    amount_read DECIMAL(38, 4),
    amount_rejected DECIMAL(38, 4),
    amount_left_out DECIMAL(38, 4),
    amount_kept DECIMAL(38, 4)
);
-- staged_rejects: one row per rejected row.
{create} staged_rejects (
    file VARCHAR,
    line BIGINT,                                    -- first line of the row; the header is line 1
    column_name VARCHAR,
    value VARCHAR,
    reason VARCHAR,
    message VARCHAR,
    raw VARCHAR
);
-- staged_layouts: one row per file.
{create} staged_layouts (
    file_number INTEGER,
    delimiter VARCHAR,                              -- empty for Parquet
    columns VARCHAR[],                              -- as written, in order
    names MAP(VARCHAR, VARCHAR),                    -- column of the export -> column of the file
    dates VARCHAR,                                  -- reader of the export's day column
    amount_includes VARCHAR[]                       -- tax, shipping; null if not known
);
