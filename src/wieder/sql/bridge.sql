-- loads, classified_orders -> the reconciliation bridge: one row per step, in order.
-- Every step is signed; their sum is the orders and revenue of the KPIs. Amounts are exact.
-- $start, $end: the days that the KPIs cover (inclusive, exclusive); $as_of: the first day that is not known.
with read_rows as (
    select
        sum(rows_read) as rows_read, sum(rows_rejected) as rows_rejected, sum(rows_left_out) as rows_left_out,
        sum(rows_merged) as rows_merged, sum(orders_replaced) as orders_replaced,
        sum(rows_replaced - orders_replaced) as rows_of_replaced,
        sum(amount_read) as amount_read, sum(amount_rejected) as amount_rejected,
        sum(amount_left_out) as amount_left_out, sum(amount_replaced) as amount_replaced
    from loads
    where table_name = 'orders'
),
orders_by_fate as (
    select
        case
            when class <> 'valid' then class
            when ordered_on >= $as_of then 'after_as_of'
            when ordered_on < $start then 'before_from'
            when ordered_on >= $end then 'after_to'
            when customer is null then 'anonymous'
            else 'identified'
        end as fate,
        count(*) as n_orders,
        sum(amount) as amount
    from classified_orders
    group by fate
),
steps as (
    select 1 as place, 'rows_read' as step, rows_read as n, amount_read as amount from read_rows
    union all select 2, 'rows_rejected', -rows_rejected, -amount_rejected from read_rows
    union all select 3, 'rows_left_out', -rows_left_out, -amount_left_out from read_rows
    union all select 4, 'rows_merged', -rows_merged, 0 from read_rows
    union all select 5, 'orders_replaced', -orders_replaced, -amount_replaced from read_rows
    union all
    select f.place, f.step, -coalesce(o.n_orders, 0), -coalesce(o.amount, 0)
    from (
        values (6, 'orders_cancelled', 'cancelled'), (7, 'orders_zero', 'zero'), (8, 'orders_negative', 'negative'),
            (9, 'orders_after_as_of', 'after_as_of'), (10, 'orders_before_from', 'before_from'), (11, 'orders_after_to', 'after_to')
    ) as f(place, step, fate)
    left join orders_by_fate as o on o.fate = f.fate
    union all
    select 12, 'kpi_orders', coalesce(sum(n_orders), 0), coalesce(sum(amount), 0)
    from orders_by_fate where fate in ('anonymous', 'identified')
    union all
    select f.place, f.step, coalesce(o.n_orders, 0), coalesce(o.amount, 0)
    from (values (13, 'of_which_identified', 'identified'), (14, 'of_which_anonymous', 'anonymous')) as f(place, step, fate)
    left join orders_by_fate as o on o.fate = f.fate
)
select step, n::bigint as rows, amount::decimal(38, 4) as amount from steps order by place;
