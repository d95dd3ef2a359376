"""Identifiers: always text, and mended where a program has turned them into something else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class KeyReader(StrEnum):
    """How a key is read; the values are macros of ingest_cells.sql."""

    PLAIN = "key_plain"
    """As it is: there is nothing to mend in the whole column."""
    CLEAN = "key_clean"
    """Blanks around it cut, letters normalised, e-mail addresses in lower case, `NULL` as empty."""
    FLOAT = "key_float"
    """CLEAN, and without the `.0` of a number that was read as a float: 17850.0 is 17850."""


COUNTS = (
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


def decide(counts: KeyCounts) -> KeyReader:
    """FLOAT only if every key of the column is such a number, for 1001.0 may also be a name."""
    if counts.floats and counts.floats == counts.cells - counts.null_words:
        return KeyReader.FLOAT
    return KeyReader.CLEAN
