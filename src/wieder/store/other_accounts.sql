-- {previous}.loads, loads -> one row per load and file whose account changed when it was read again: the sum of its
-- amounts before and now.
select n.load, n.file, b.amount_read as amount_before, n.amount_read as amount_now
from loads as n
join {previous}.loads as b on b.load = n.load and b.file = n.file and b.sha256 = n.sha256
where (b.rows_read, b.rows_rejected, b.rows_left_out, b.rows_kept, b.amount_read, b.amount_rejected, b.amount_left_out)
    is distinct from
    (n.rows_read, n.rows_rejected, n.rows_left_out, n.rows_kept, n.amount_read, n.amount_rejected, n.amount_left_out)
order by n.load, n.file;
