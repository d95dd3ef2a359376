-- {table}, one row per row of the exports -> the same, reduced to the last row read of each key ({key}).
delete from {table}
where rowid not in (select max(rowid) from {table} group by {key});
