-- classified_orders, customers -> segments: one row per combination of the requested attributes (value), with its
-- segment. The $top values with the most orders (null: all) are segments of their own; the rest is pooled as $other.
-- {value} is the combination as text, composed of quoted column names; '' if the attribute is unknown.
-- {first_days} joins the table of that name as f if {value} needs it.
create or replace temp table segments as
select value, cast(dense_rank() over (order by label) as integer) as segment, label
from (
    select value, case when $top is null or place <= $top then value else $other end as label
    from (
        -- A value that equals $other ranks last, so that its segment is never only a part of the pooled rest.
        select value, row_number() over (order by value = $other, n_orders desc, value) as place
        from (
            select {value} as value, count(*) as n_orders
            from classified_orders as o
            left join customers as c on c.customer = o.customer
            {first_days}
            where o.class = 'valid' and o.ordered_on < (select as_of from scope)
            group by value
        ) as counted
    ) as ranked
) as labelled;
