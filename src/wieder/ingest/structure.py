"""Every line accounted for: rows that were read + rows that were refused = rows that the file holds.

DuckDB splits a file into rows. That it lost none is proven by a count that
does not come from it: the lines of the file, or, where cells hold line breaks
or lines are blank, a second reader.
"""

from __future__ import annotations

import csv
import io
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.ingest.layout import Layout
    from wieder.ingest.preflight import Export

FEWEST_DIGITS = {"ordered_at": 6, "amount": 1}
"""Of a date such as 1.1.2024, and of a number."""

MEND_QUOTE = "look for a quote that is opened and not closed, and mend it"


@dataclass(frozen=True, kw_only=True)
class Broken:
    """One row that does not have the form of the header."""

    line: int
    """Where it starts."""
    reason: str
    message: str
    raw: str


@dataclass(frozen=True, kw_only=True)
class RowLines:
    """Where the rows of a file start."""

    starts: Sequence[int]
    """Of all rows, the broken ones included, in order."""
    broken: Sequence[int]
    """Of the broken ones, in order."""

    def line(self, row: int) -> int:
        """The physical line where the good row number `row`, from 1, starts."""
        index = row - 1
        while True:
            skipped = bisect_right(self.broken, self.starts[index])
            if index == row - 1 + skipped:
                return self.starts[index]
            index = row - 1 + skipped


def row_lines(export: Export, layout: Layout, n_good: int, broken: Sequence[Broken]) -> RowLines:
    """Where the rows of `export` start. Raises DataError if the count does not come out even."""
    starts: Sequence[int] = range(layout.header_lines + 1, export.n_lines + 1)
    if len(starts) != n_good + len(broken):
        starts = _second_reading(export, layout)
    if len(starts) != n_good + len(broken):
        raise DataError(
            f"{export.name}: {len(starts):,} rows are in the file, but {n_good + len(broken):,} were read",
            MEND_QUOTE,
        )
    return RowLines(starts=starts, broken=sorted(row.line for row in broken))


def _second_reading(export: Export, layout: Layout) -> Sequence[int]:
    """The line where each row starts, blank lines skipped."""
    starts = array("Q")
    with export.path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=layout.delimiter)
        before = 0
        try:
            for row in reader:
                if row and before >= layout.header_lines:
                    starts.append(before + 1)
                    if reader.line_num > before + 1:
                        refuse_swallowed_rows(export, layout, before + 1, row)
                before = reader.line_num
        except csv.Error as error:
            raise DataError(f"{export.name}, line {before + 1}: a cell is too long", MEND_QUOTE) from error
    return starts


def cells_of(export: Export, layout: Layout, line: int, raw: str) -> list[str]:
    """The cells of a broken row, as far as they can be told. Raises DataError for an endless one."""
    try:
        reader = csv.reader(io.StringIO(raw, newline=""), delimiter=layout.delimiter)
        return [cell for row in reader for cell in row]
    except csv.Error as error:
        raise DataError(f"{export.name}, line {line}: a cell is too long", MEND_QUOTE) from error


def refuse_swallowed_rows(export: Export, layout: Layout, line: int, cells: Sequence[str]) -> None:
    """Raises DataError if a cell holds whole rows, because a quote was not closed where it should be."""
    for cell in cells:
        inner = cell.splitlines()[1:]
        if any(_looks_like_row(text, layout) for text in inner):
            raise DataError(f"{export.name}, line {line}: one cell swallows the rows after it", MEND_QUOTE)


def _looks_like_row(text: str, layout: Layout) -> bool:
    """Whether a line has as many cells as the header, and in their places a key, a date and a number."""
    cells = text.split(layout.delimiter)
    if len(cells) < max(len(layout.header), 3):
        return False
    if layout.table == "customers":
        key = cells[layout.position("customer_id")].strip()
        return len(cells) == len(layout.header) and key != "" and " " not in key
    digits = {
        place.name: sum(character.isdigit() for character in cells[place.position])
        for place in layout.canonical
    }
    return all(digits.get(name, least) >= least for name, least in FEWEST_DIGITS.items())
