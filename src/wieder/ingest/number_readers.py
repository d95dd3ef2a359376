"""Decimal point or decimal comma: what the numbers of a whole column say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NumberReader(StrEnum):
    """How a number is written; the values are macros of ingest_cells.sql."""

    PLAIN = "number_plain"
    """Digits, and at most two of them after a point: nothing to decide."""
    POINT = "number_point"
    """1,234.56"""
    COMMA = "number_comma"
    """1.234,56"""


COUNTS = ("is_point_number({0})", "is_comma_number({0})",
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


def decide(counts: NumberCounts, told: str) -> NumberReader | None:
    """The reader for one column of one file, or None if 1.234 has no certain meaning.

    `told` is `point`, `comma` or empty. Without it, cells that only one of the
    two can read decide, unless they contradict each other.
    """
    if told:
        return NumberReader.POINT if told == "point" else NumberReader.COMMA
    only_point, only_comma = counts.point - counts.either, counts.comma - counts.either
    if counts.ambiguous and bool(only_point) == bool(only_comma):
        return None
    return NumberReader.COMMA if only_comma > only_point else NumberReader.POINT


def fitting(counts: NumberCounts, reader: NumberReader) -> int:
    """How many cells `reader` accepts."""
    return counts.comma if reader is NumberReader.COMMA else counts.point
