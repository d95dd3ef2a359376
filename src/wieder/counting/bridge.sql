-- loads, classified_orders, order_classes, amount_parts -> the reconciliation bridge: one row per step, in order.
-- The steps before kpi_orders are signed, and add up to it: the orders and revenue of the KPIs. Amounts are exact.
-- The steps after it split it, and deduct refunds if they are known, by day of the order and by day of the refund; the
-- refund steps count orders with a refund, but do not reduce the number of orders.
-- $start, $end: the days that the KPIs cover (inclusive, exclusive); $as_of: the day after the last known day.
with read_rows as (
    select
        sum(rows_read) as rows_read, sum(rows_rejected) as rows_rejected, sum(rows_left_out) as rows_left_out,
        sum(rows_merged) as rows_merged, sum(orders_replaced) as orders_replaced,
        sum(amount_read) as amount_read, sum(amount_rejected) as amount_rejected,
        sum(amount_left_out) as amount_left_out, sum(amount_replaced) as amount_replaced
    from loads
    where table_name = 'orders'
),
valued as (
    select
        class, ordered_on, amount, refunded_at,
        refunded_before($as_of, refunded_amount, refunded_at, amount) as refunded,
        case
            when class <> 'valid' then class
            when ordered_on >= $as_of then 'after_as_of'
            when ordered_on < $start then 'before_from'
            when ordered_on >= $end then 'after_to'
            when customer is null then 'anonymous'
            else 'identified'
        end as fate
    from classified_orders
),
by_fate as (
    select
        fate,
        count(*) as n,
        sum(amount) as amount,
        count(refunded) as n_known,
        count(*) filter (where refunded > 0) as n_refunded,
        coalesce(sum(refunded), 0) as refunded
    from valued
    group by fate
),
refund_days as (
    select
        count(refunded_at) > 0 or count(*) = 0 as are_known,
        count(*) filter (where refunded_at >= $start and refunded_at < $end) as n,
        coalesce(sum(refunded) filter (where refunded_at >= $start and refunded_at < $end), 0) as refunded
    from valued
    where class = 'valid' and ordered_on < $as_of and refunded > 0
),
kpi_orders as (
    select
        coalesce(sum(n), 0) as n, coalesce(sum(amount), 0) as amount, coalesce(sum(n_refunded), 0) as n_refunded,
        coalesce(sum(refunded), 0) as refunded,
        (
            select coalesce(sum(n_known), 0) > 0
            from by_fate
            where fate in ('identified', 'anonymous', 'before_from', 'after_to')
        ) as refunds_are_known
    from by_fate
    where fate in ('identified', 'anonymous')
),
fates as (
    select 100 + place as place, class as fate, -1 as sign, concat('orders_', class) as step from order_classes
    union all
    from (
        values (201, 'after_as_of', -1, 'orders_after_as_of'), (202, 'before_from', -1, 'orders_before_from'),
            (203, 'after_to', -1, 'orders_after_to'), (301, 'identified', 1, 'of_which_identified'),
            (302, 'anonymous', 1, 'of_which_anonymous')
    )
),
steps as (
    select 1 as place, 'rows_read' as step, rows_read as n, amount_read as amount from read_rows
    union all select 2, 'rows_rejected', -rows_rejected, -amount_rejected from read_rows
    union all select 3, 'rows_left_out', -rows_left_out, -amount_left_out from read_rows
    union all select 4, 'rows_merged', -rows_merged, 0 from read_rows
    union all select 5, 'orders_replaced', -orders_replaced, -amount_replaced from read_rows
    union all select 50 + place, concat('less_', part), 0, -amount from amount_parts
    union all
    select f.place, f.step, f.sign * coalesce(o.n, 0), f.sign * coalesce(o.amount, 0)
    from fates as f left join by_fate as o on o.fate = f.fate
    union all select 300, 'kpi_orders', n, amount from kpi_orders
    union all select 401, 'refunds_of_these_orders', n_refunded, -refunded from kpi_orders where refunds_are_known
    union all select 402, 'net_revenue', n, amount - refunded from kpi_orders where refunds_are_known
    union all
    select 403, 'refunds_in_this_period', r.n, -r.refunded
    from refund_days as r, kpi_orders as k where k.refunds_are_known and r.are_known
    union all
    select 404, 'net_revenue_by_refund_day', k.n, k.amount - r.refunded
    from refund_days as r, kpi_orders as k where k.refunds_are_known and r.are_known
)
select step, n::bigint as rows, amount::decimal(38, 4) as amount from steps order by place;
