"""What the columns of a file are: found once, the same for every file that has the same header."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wieder.ingest.preflight import Kind


@dataclass(frozen=True)
class Place:
    """One column of an export and what it is called here."""

    name: str
    """The canonical name, or for a further column the name it is kept under."""
    position: int
    """From 0."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How to read the files that look alike."""

    table: str
    """`orders` or `customers`."""
    kind: Kind
    header: tuple[str, ...]
    """The names of all columns as written."""
    types: tuple[str, ...]
    """Their DuckDB types; for text files VARCHAR."""
    delimiter: str = ""
    header_lines: int = 0
    """Physical lines before the first row of data."""
    header_rows: int = 0
    """The same as DuckDB counts them: a header with a line break in a name is one row."""
    canonical: tuple[Place, ...]
    """The columns that the table knows."""
    required: tuple[str, ...]
    """The canonical columns without which a row is rejected."""
    further: tuple[Place, ...]
    """The others, which are kept as text."""

    def position(self, name: str) -> int:
        """Where the canonical column `name` is. Raises KeyError if the files have none."""
        return {place.name: place.position for place in self.canonical}[name]

    def has(self, name: str) -> bool:
        """Whether the files have the canonical column `name`."""
        return any(place.name == name for place in self.canonical)

    def is_text(self, position: int) -> bool:
        """Whether the cells of a column are text, so that their format must be found out."""
        return self.types[position] == "VARCHAR"

    def cell(self, position: int) -> str:
        """SQL for a cell as text."""
        return raw_name(position) if self.is_text(position) else f"cast({raw_name(position)} as VARCHAR)"


def raw_name(position: int) -> str:
    """What a column is called between the file and its meaning: _1, _2, ...

    No column of an export has such a name, for `fold` leaves no outer underscore.
    """
    return f"_{position + 1}"
