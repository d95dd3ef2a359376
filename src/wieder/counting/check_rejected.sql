-- loads, rejects -> one row: the share of rows read that were rejected, their number, the last of them with the reason.
select
    sum(rows_rejected) / nullif(sum(rows_read), 0) as value,
    cast(sum(rows_rejected) as BIGINT) as n,
    (
        select max_by(concat(file, ', line ', line, ': ', message), (load, file, line)) from rejects
    ) as example
from loads;
