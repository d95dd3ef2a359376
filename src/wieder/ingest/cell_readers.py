"""Readers of keys, numbers and dates, and the counts by which a column gets its reader."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class KeyReader(StrEnum):
    """Readers of keys; the values are macros of cells.sql."""

    PLAIN = "key_plain"
    """Unchanged, because no key of the column needs cleaning."""
    CLEAN = "key_clean"
    """Without surrounding blanks, Unicode normalised, e-mail addresses in lower case, `NULL` as empty."""
    FLOAT = "key_float"
    """CLEAN, and without the `.0` of a number that was stored as a float: 17850.0 is 17850."""


KEY_COUNTS = (
    "{0} <> trimmed({0})", "is_null_word(trimmed({0}))", "is_float_key({0})", "is_exponent_key({0})",
)  # fmt: skip
"""Tests of a cell, one for each count of `KeyCounts` after `cells`."""


@dataclass(frozen=True)
class KeyCounts:
    """Numbers of cells, in a column of one file, that need some kind of cleaning."""

    cells: int
    """Cells that are not empty."""
    padded: int
    """Cells with surrounding blanks, including invisible ones."""
    null_words: int
    floats: int
    exponents: int
    """Cells such as 1.23E+05: digits are lost, and different keys have become equal."""

    def reader(self) -> KeyReader:
        """FLOAT only if every key of the column ends in `.0`, because 1001.0 may also be a genuine key."""
        if self.floats and self.floats == self.cells - self.null_words:
            return KeyReader.FLOAT
        return KeyReader.CLEAN


class NumberReader(StrEnum):
    """Readers of numbers; the values are macros of cells.sql."""

    PLAIN = "number_plain"
    """Digits with at most two of them after a point, which is unambiguous."""
    POINT = "number_point"
    """1,234.56"""
    COMMA = "number_comma"
    """1.234,56"""


NUMBER_COUNTS = ("is_point_number({0})", "is_comma_number({0})",
          "is_point_number({0}) and is_comma_number({0})", "is_ambiguous_number({0})")  # fmt: skip
"""Tests of a cell, one for each count of `NumberCounts` after `cells`."""


@dataclass(frozen=True)
class NumberCounts:
    """Numbers of cells, in a column of one file, that each reader accepts."""

    cells: int
    """Cells that are not empty."""
    point: int
    comma: int
    either: int
    """Cells that both readers accept."""
    ambiguous: int
    """Cells that both accept with different meanings: 1.234."""

    def reader(self, mark: str) -> NumberReader | None:
        """The reader for one column of one file, or None if cells such as 1.234 remain ambiguous.

        `mark` is `point`, `comma` or empty. If it is empty, cells that only one reader
        accepts decide, unless they contradict each other.
        """
        if mark:
            return NumberReader.POINT if mark == "point" else NumberReader.COMMA
        only_point, only_comma = self.point - self.either, self.comma - self.either
        if self.ambiguous and bool(only_point) == bool(only_comma):
            return None
        return NumberReader.COMMA if only_comma > only_point else NumberReader.POINT

    def fitting(self, reader: NumberReader) -> int:
        """Number of cells that `reader` accepts."""
        return self.comma if reader is NumberReader.COMMA else self.point


class DateReader(StrEnum):
    """Readers of dates; the values are macros of cells.sql."""

    ISO = "date_iso"
    """2025-03-31 or 2025-03-31 12:00:00, which is unambiguous."""
    YMD = "date_ymd"
    """2025-3-31, 2025/03/31, 2025-03-31T12:00:00.000"""
    DOTS = "date_dots"
    """31.03.2025: with dots, the day is always first."""
    DMY = "date_dmy"
    """31/03/2025"""
    MDY = "date_mdy"
    """03/31/2025"""
    OFFSET = "date_offset"
    """2025-03-31T12:00:00+02:00 or ...Z, converted to the time of the shop; cells without offset are YMD."""
    TYPED = "date_typed"
    """Dates or timestamps of a Parquet file, or cells that a format has converted to them."""
    INSTANT = "date_instant"
    """Timestamps with a time zone of a Parquet file."""


TYPED_READERS = frozenset({DateReader.TYPED, DateReader.INSTANT})
"""Readers of columns that are not text."""


DATE_COUNTS = (
    "date_ymd({0}) is not null", "date_dots({0}) is not null", "date_dmy({0}) is not null",
    "date_mdy({0}) is not null", "date_dmy({0}) is not null and date_mdy({0}) is not null",
    "date_dmy({0}) <> date_mdy({0})", "offset_instant({0}) is not null",
)  # fmt: skip
"""Tests of a cell, one for each count of `DateCounts` after `cells`."""


@dataclass(frozen=True)
class DateCounts:
    """Numbers of cells, in a column of one file, that each reader accepts."""

    cells: int
    """Cells that are not empty."""
    ymd: int
    dots: int
    dmy: int
    mdy: int
    either: int
    """Cells that are a date both with the day first and with the month first."""
    ambiguous: int
    """Cells among them whose two dates differ."""
    offsets: int
    """Cells with a time zone."""

    @property
    def contradictory(self) -> bool:
        """Whether some cells have the day first and others the month."""
        return self.dmy > self.either and self.mdy > self.either

    def reader(self, order: str) -> DateReader | None:
        """The reader for one column of one file, or None if the order of day and month is ambiguous.

        `order` is `ymd`, `dmy`, `mdy` or empty. Dates that begin with the year or
        have dots are unambiguous; 01/02/2025 requires another cell of the column
        with a day above 12, and none that contradicts it.
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
        """Number of cells that `reader` accepts."""
        by_reader = {
            DateReader.DOTS: self.dots, DateReader.DMY: self.dmy, DateReader.MDY: self.mdy,
            DateReader.OFFSET: self.offsets + self.ymd,
        }  # fmt: skip
        return by_reader.get(reader, self.ymd)
