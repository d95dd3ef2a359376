-- {accounted}, {replaced}, staged_files -> file_accounts: one row per file of the export, with its states and those that
-- they replaced. Rows of a file that are not in {accounted} were known, or are older than others of the same file.
insert into file_accounts
with held as (
    select file_number, count(*) as states, {held_rows} as n_rows, {held_amount} as amount
    from {accounted}
    group by file_number
),
replaced as (
    select replaced_by as file_number, count(*) as states, sum(n_rows) as n_rows, sum(amount) as amount
    from {replaced}
    group by replaced_by
)
select
    f.file_number,
    coalesce(h.states, 0),
    coalesce(r.states, 0),
    cast(coalesce(r.n_rows, 0) + {other_rows} as BIGINT),
    cast(coalesce(r.amount, 0) + {other_amount} as DECIMAL(38, 4))
from staged_files as f
left join held as h on h.file_number = f.file_number
left join replaced as r on r.file_number = f.file_number
where f.table_name = $table_name;
