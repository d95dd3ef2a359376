-- {staged}, this_load, $exported_at -> file_times: one row per file, the time of its rows: $exported_at if given, or else
-- the {newest} of its days, since it was not exported before that, or else the time of the load.
insert into file_times
select
    file_number,
    coalesce(cast($exported_at as TIMESTAMP), cast({newest} as TIMESTAMP), (select described_at from this_load))
from {staged}
group by file_number;
