-- {previous}, {staged} -> {fresh}: one row per row in the files of this load that is not known yet. Equal rows are
-- numbered within their file: a row counts as often as in the file that has it most often, so that exports may overlap.
-- {content}: the columns by which rows are equal.
create or replace temp table {fresh} as
with numbered as (
    select *, row_number() over (partition by file_number, {content}) as equal_number from {staged}
),
known as (
    select {content}, row_number() over (partition by {content}) as equal_number from {previous}
)
select s.* exclude (equal_number)
from numbered as s
anti join known as t on {same_content} and s.equal_number = t.equal_number
qualify row_number() over (partition by {numbered_content}, s.equal_number order by s.file_number) = 1;
