-- Raw rows of order exports -> row_cells: one row per row, numbered, with the order that it belongs to and the cells
-- that hold for an order and may be empty on some of its rows.
create or replace temp table row_cells as
select row_number() over () as _row, file_index, {key} as _key, {cells}
from ({raw})
