-- row_cells -> whole_orders: one row per row, in the same order, with empty cells filled with the smallest value in the
-- other rows of the same order and file.
create or replace temp table order_cells as
select file_index, _key, {least}
from row_cells
where _key is not null
group by file_index, _key
having count(*) > 1;

create or replace temp table whole_orders as
select {filled}
from row_cells as r
left join order_cells as o using (file_index, _key)
order by r._row;

drop table row_cells;
drop table order_cells;
