-- Typed rows with their marks (table) -> one row per file: counts of its rows, sums of their money, and the newest
-- row. Rows read = rejected + left out + kept, without the rows that do not match the header.
select
    file_number,
    count(*) as n_rows,
    count(fault) as n_rejected,
    count(*) filter (where fault is null and not is_kept) as n_left_out,
    count(*) filter (where is_kept) as n_kept,
    coalesce(sum({amount}), 0) as amount_read,
    coalesce(sum({amount}) filter (where fault is not null), 0) as amount_rejected,
    coalesce(sum({amount}) filter (where fault is null and not is_kept), 0) as amount_left_out,
    coalesce(sum({amount}) filter (where is_kept), 0) as amount_kept,
    cast(max({time}) filter (where is_kept) as TIMESTAMP) as newest
from {table}
group by file_number
