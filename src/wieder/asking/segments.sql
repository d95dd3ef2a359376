-- classified_orders, customers -> segments: one row per combination of the attributes asked for (value), with its
-- segment. The $top values with most orders (null: all) are segments of their own, the rest is one, $other.
-- {value} is the combination as text, made of quoted column names; '' where the attribute is not known.
-- {first_days} joins the table of that name as f, where {value} needs it.
create or replace temp table segments as
select value, cast(dense_rank() over (order by label) as integer) as segment, label
from (
    select value, case when $top is null or place <= $top then value else $other end as label
    from (
        -- A value that is itself called so comes last, so that it never is only a part of its segment.
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
