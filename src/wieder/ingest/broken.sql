-- broken_rows, DuckDB's table of rows that do not match the header -> one row per such row: the index of its file,
-- its first byte (from 1), its first error, and its text.
select
    file_id as file_index,
    line_byte_position,
    arg_min(error_type, byte_position) as error_type,
    arg_min(error_message, byte_position) as error_message,
    any_value(csv_line) as csv_line
from broken_rows
group by file_id, line_byte_position
order by file_id, line_byte_position
