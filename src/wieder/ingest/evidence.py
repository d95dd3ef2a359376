"""What a column of a file holds: counts over all of its cells, and an example for a message."""

from __future__ import annotations

import csv
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.ingest.names import shortened
from wieder.ingest.preflight import Export, Kind
from wieder.ingest.reading import explained, scan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.database import Connection
    from wieder.ingest.layout import Layout


@dataclass(frozen=True, kw_only=True)
class Column:
    """One canonical column of one file."""

    con: Connection
    layout: Layout
    export: Export
    name: str
    """The canonical name."""

    @property
    def position(self) -> int:
        """From 0."""
        return self.layout.position(self.name)

    @property
    def cell(self) -> str:
        """SQL for a cell as text."""
        return self.layout.cell(self.name)

    def count(self, tests: Sequence[str]) -> list[int]:
        """The number of cells that are not empty, then of those for which each test holds.

        A test is SQL in which `{0}` stands for the cell.
        """
        counts = [f"count(*) filter (where {test.format(self.cell)})" for test in tests]
        query = f"select count({self.cell}), {', '.join(counts)} from {{scan}}"
        with explained([self.export]):
            [row] = scan(self.layout, [self.export]).query(self.con, query)
        return list(row)

    def example(self, test: str) -> str:
        """File, line, column and value of the first cell for which `test` holds."""
        raw = self.layout.raw_cell(self.position)
        query = f"select {raw} from {{scan}} where {test.format(self.cell)} limit 1"
        [[value]] = scan(self.layout, [self.export]).query(self.con, query)
        line = ""
        if self.export.kind is Kind.TEXT:
            with suppress(csv.Error):
                line = f", line {self._line(value)}"
        header = shortened(self.layout.header[self.position])
        return f"{self.export.name}{line}, column {header}: {shortened(value)!r}"

    def _line(self, value: str) -> int:
        """The line where the first row starts that has `value` in this column."""
        with self.export.path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=self.layout.delimiter)
            before = 0
            for row in reader:
                if before >= self.layout.header_lines and value in row[self.position : self.position + 1]:
                    break
                before = reader.line_num
        return before + 1


def surface(
    con: Connection, layout: Layout, exports: Sequence[Export], tests: Sequence[str]
) -> list[list[int]]:
    """For each file the number of its rows, then of those for which each test holds.

    One pass over all the files, whatever their number.
    """
    counts = [f"count(*) filter (where {test})" for test in tests]
    query = f"select file_index, {', '.join(['count(*)', *counts])} from {{scan}} group by file_index"
    with explained(exports):
        rows = scan(layout, exports).query(con, query)
    found = {index: list(row) for index, *row in rows}
    return [found.get(index, [0] * (len(counts) + 1)) for index in range(len(exports))]
