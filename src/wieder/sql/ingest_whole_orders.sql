-- Rows of order exports -> the same rows in the same order, where cells that hold for the order and that a row leaves
-- empty are those of the first row of the order that has them.
select * exclude (_row) replace ({cells})
from (select *, row_number() over () as _row from ({raw}))
window whole_order as (
    partition by file_index, {key} order by _row
    rows between unbounded preceding and unbounded following
)
order by _row
