-- staged_files, staged_layouts, row_figures -> staged_profiles: one row per file, to compare later files of the same
-- export with.
create or replace temp table staged_profiles as
select
    f.file_number,
    l.delimiter,
    l.columns,
    l.names,
    l.dates,
    l.amount_includes,
    r.* exclude (file_number),
    cast(null as VARCHAR) as accepted_drift
from staged_files as f
left join staged_layouts as l using (file_number)
left join row_figures as r using (file_number)
order by f.file_number;
