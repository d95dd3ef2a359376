-- {previous}.loads, {previous}.{table}, {table} -> loads: one row for the load $load that was undone and the export
-- $table_name, so that the accounts of all loads still add up to the stored rows: it counts the rows of the load that
-- others had replaced (their accounts include them), and the rows that it had replaced. No row if the sums need none.
insert into loads by name
with account as (
    select
        min(load) as load,
        min(loaded_at) as loaded_at,
        min(file) as file,
        min_by(sha256, file) as sha256,
        min_by(bytes, file) as bytes,
        sum(rows_kept) as n_rows,
        sum(orders_kept) as orders_kept,
        sum(orders_replaced) as orders_replaced,
        sum(rows_replaced) as rows_replaced,
        sum(amount_read - amount_rejected - amount_left_out) as amount,
        sum(amount_replaced) as amount_replaced
    from {previous}.loads
    where load = $load and table_name = $table_name
),
totals as (
    select count(*) as states, coalesce(sum({n_rows}), 0) as n_rows, coalesce(sum({amount}), 0) as amount
    from {previous}.{table}
),
left_totals as (
    select count(*) as states, coalesce(sum({n_rows}), 0) as n_rows, coalesce(sum({amount}), 0) as amount from {table}
),
held as (
    select
        a.* replace (
            a.n_rows - t.n_rows + l.n_rows as n_rows,
            case when $table_name = 'orders' then a.orders_kept - t.states + l.states else 0 end as orders_kept,
            a.amount - t.amount + l.amount as amount
        )
    from account as a, totals as t, left_totals as l
)
select
    load,
    loaded_at,
    file,
    sha256,
    bytes,
    $table_name as table_name,
    cast(n_rows as BIGINT) as rows_read,
    0 as rows_rejected,
    0 as rows_left_out,
    cast(case when $table_name = 'orders' then n_rows - orders_kept else 0 end as BIGINT) as rows_merged,
    cast(n_rows as BIGINT) as rows_kept,
    cast(orders_kept as BIGINT) as orders_kept,
    cast(orders_replaced as BIGINT) as orders_replaced,
    cast(rows_replaced as BIGINT) as rows_replaced,
    amount as amount_read,
    0 as amount_rejected,
    0 as amount_left_out,
    amount_replaced
from held
where n_rows <> rows_replaced or orders_kept <> orders_replaced or amount <> amount_replaced;
