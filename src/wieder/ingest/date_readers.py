"""Year, month and day in which order: what the dates of a whole column say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DateReader(StrEnum):
    """How a date is written; the values are macros of ingest_cells.sql."""

    ISO = "date_iso"
    """2025-03-31 or 2025-03-31 12:00:00: nothing to decide."""
    YMD = "date_ymd"
    """2025-3-31, 2025/03/31, 2025-03-31T12:00:00.000"""
    DOTS = "date_dots"
    """31.03.2025: dots mean that the day is first."""
    DMY = "date_dmy"
    """31/03/2025"""
    MDY = "date_mdy"
    """03/31/2025"""
    OFFSET = "date_offset"
    """2025-03-31T12:00:00+02:00 or ...Z: brought into the time of the shop; others are YMD."""
    TYPED = "date_typed"
    """A column of a Parquet file that holds dates or timestamps, or what a format made one."""
    INSTANT = "date_instant"
    """A column of a Parquet file that holds timestamps with a time zone."""


TYPED_READERS = frozenset({DateReader.TYPED, DateReader.INSTANT})
"""Those that do not read text."""


COUNTS = (
    "date_ymd({0}) is not null", "date_dots({0}) is not null", "date_dmy({0}) is not null",
    "date_mdy({0}) is not null", "date_dmy({0}) is not null and date_mdy({0}) is not null",
    "date_dmy({0}) <> date_mdy({0})", "offset_moment({0}) is not null",
)  # fmt: skip
"""What `DateCounts` are counted by."""


@dataclass(frozen=True)
class DateCounts:
    """How many cells of a column in one file can be read how."""

    cells: int
    """Cells that are not empty."""
    ymd: int
    dots: int
    dmy: int
    mdy: int
    either: int
    """Cells that are a date with the day first and with the month first."""
    ambiguous: int
    """Such cells that are not the same day both ways."""
    offsets: int
    """Cells with a time zone."""

    @property
    def contradictory(self) -> bool:
        """Whether some cells have the day first and others the month."""
        return self.dmy > self.either and self.mdy > self.either


def decide(counts: DateCounts, told: str) -> DateReader | None:
    """The reader for one column of one file, or None if day and month cannot be told apart.

    `told` is `ymd`, `dmy`, `mdy` or empty. Dates that begin with the year, or
    have dots, speak for themselves; 01/02/2025 needs a day above 12 somewhere in
    the column, and none that says the opposite.
    """
    if counts.offsets:
        return DateReader.OFFSET
    if told == "ymd" or max(counts.ymd, counts.dots) >= max(counts.dmy, counts.mdy):
        return DateReader.DOTS if counts.dots > counts.ymd and told != "ymd" else DateReader.YMD
    if told:
        return DateReader.DMY if told == "dmy" else DateReader.MDY
    if counts.ambiguous and (counts.dmy == counts.mdy or counts.contradictory):
        return None
    return DateReader.DMY if counts.dmy >= counts.mdy else DateReader.MDY


def fitting(counts: DateCounts, reader: DateReader) -> int:
    """How many cells `reader` accepts."""
    by_reader = {
        DateReader.DOTS: counts.dots, DateReader.DMY: counts.dmy, DateReader.MDY: counts.mdy,
        DateReader.OFFSET: counts.offsets + counts.ymd,
    }  # fmt: skip
    return by_reader.get(reader, counts.ymd)
