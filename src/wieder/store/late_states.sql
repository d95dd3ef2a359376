-- {replaced}, {held}, staged_files -> one row per file with rows that differ from a newer state that is known: the number
-- of these rows (n_late), and whether every row of the file was replaced by a newer state (all_lost).
with late as (
    select file_number, count(*) as n_lost, count(*) filter (where is_other) as n_late
    from {replaced}
    where replaced_by = file_number
    group by file_number
)
select f.file, l.n_late, l.n_lost = h.n_states as all_lost
from late as l
join ({held}) as h on h.file_number = l.file_number
join staged_files as f on f.file_number = l.file_number
where l.n_late > 0
order by f.file_number
