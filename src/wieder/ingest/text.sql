-- $files, text exports with the same header -> one row per data row: file_index (0 for the first file) and the cells as
-- text, null where empty. Rows that do not match the header go to the table $rejects.
select file_index, *
from read_csv(
    $files,
    auto_detect = false,
    header = false,
    skip = $header_rows,
    delim = $delimiter,
    quote = $quote,
    escape = $quote,
    columns = $columns,
    compression = 'none',
    strict_mode = true,
    null_padding = false,
    store_rejects = true,
    rejects_table = $rejects,
    rejects_scan = $rejects_scan,
    rejects_limit = 0,
    hive_partitioning = false
)
