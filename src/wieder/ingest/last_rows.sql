-- {table}, one row per row of the exports -> the same, where of the rows with one key ({key}) the last one read is left.
delete from {table}
where rowid not in (select max(rowid) from {table} group by {key});
