-- Raw rows of order exports -> row_cells: one numbered row per row, with its order id and the cells that apply to the
-- whole order and may be empty on some of its rows.
create or replace temp table row_cells as
select row_number() over () as _row, file_index, {key} as _key, {cells}
from ({raw})
