"""The ways to read a key, a number or a date, and what tells which one a column needs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class KeyReader(StrEnum):
    """How a key is read; the values are macros of cells.sql."""

    PLAIN = "key_plain"
    """As it is: there is nothing to mend in the whole column."""
    CLEAN = "key_clean"
    """Blanks around it cut, letters normalised, e-mail addresses in lower case, `NULL` as empty."""
    FLOAT = "key_float"
    """CLEAN, and without the `.0` of a number that was read as a float: 17850.0 is 17850."""


KEY_COUNTS = (
    "{0} <> trimmed({0})", "is_null_word(trimmed({0}))", "is_float_key({0})", "is_exponent_key({0})",
)  # fmt: skip
"""What `KeyCounts` are counted by."""


@dataclass(frozen=True)
class KeyCounts:
    """How many cells of a column in one file need which mending."""

    cells: int
    """Cells that are not empty."""
    padded: int
    """Blanks around it, invisible ones included."""
    null_words: int
    floats: int
    exponents: int
    """1.23E+05: digits are lost, and different keys became one."""

    def reader(self) -> KeyReader:
        """FLOAT only if every key of the column is such a number, for 1001.0 may also be a name."""
        if self.floats and self.floats == self.cells - self.null_words:
            return KeyReader.FLOAT
        return KeyReader.CLEAN


class NumberReader(StrEnum):
    """How a number is written; the values are macros of cells.sql."""

    PLAIN = "number_plain"
    """Digits, and at most two of them after a point: nothing to decide."""
    POINT = "number_point"
    """1,234.56"""
    COMMA = "number_comma"
    """1.234,56"""


NUMBER_COUNTS = ("is_point_number({0})", "is_comma_number({0})",
          "is_point_number({0}) and is_comma_number({0})", "is_ambiguous_number({0})")  # fmt: skip
"""What `NumberCounts` are counted by."""


@dataclass(frozen=True)
class NumberCounts:
    """How many cells of a column in one file can be read how."""

    cells: int
    """Cells that are not empty."""
    point: int
    comma: int
    either: int
    """Cells that both readers accept."""
    ambiguous: int
    """Cells that both accept with different meanings: 1.234."""

    def reader(self, mark: str) -> NumberReader | None:
        """The reader for one column of one file, or None if 1.234 has no certain meaning.

        `mark` is `point`, `comma` or empty. Without it, cells that only one of the
        two can read decide, unless they contradict each other.
        """
        if mark:
            return NumberReader.POINT if mark == "point" else NumberReader.COMMA
        only_point, only_comma = self.point - self.either, self.comma - self.either
        if self.ambiguous and bool(only_point) == bool(only_comma):
            return None
        return NumberReader.COMMA if only_comma > only_point else NumberReader.POINT

    def fitting(self, reader: NumberReader) -> int:
        """How many cells `reader` accepts."""
        return self.comma if reader is NumberReader.COMMA else self.point


class DateReader(StrEnum):
    """How a date is written; the values are macros of cells.sql."""

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


DATE_COUNTS = (
    "date_ymd({0}) is not null", "date_dots({0}) is not null", "date_dmy({0}) is not null",
    "date_mdy({0}) is not null", "date_dmy({0}) is not null and date_mdy({0}) is not null",
    "date_dmy({0}) <> date_mdy({0})", "offset_instant({0}) is not null",
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

    def reader(self, order: str) -> DateReader | None:
        """The reader for one column of one file, or None if day and month cannot be order apart.

        `order` is `ymd`, `dmy`, `mdy` or empty. Dates that begin with the year, or
        have dots, speak for themselves; 01/02/2025 needs a day above 12 somewhere in
        the column, and none that says the opposite.
        """
        if self.offsets:
            return DateReader.OFFSET
        if order == "ymd" or max(self.ymd, self.dots) >= max(self.dmy, self.mdy):
            return DateReader.DOTS if self.dots > self.ymd and order != "ymd" else DateReader.YMD
        if order:
            return DateReader.DMY if order == "dmy" else DateReader.MDY
        if self.ambiguous and (self.dmy == self.mdy or self.contradictory):
            return None
        return DateReader.DMY if self.dmy >= self.mdy else DateReader.MDY

    def fitting(self, reader: DateReader) -> int:
        """How many cells `reader` accepts."""
        by_reader = {
            DateReader.DOTS: self.dots, DateReader.DMY: self.dmy, DateReader.MDY: self.mdy,
            DateReader.OFFSET: self.offsets + self.ymd,
        }  # fmt: skip
        return by_reader.get(reader, self.ymd)
