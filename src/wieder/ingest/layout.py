"""What the columns of a file are: found once, the same for every file that has the same header."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.exports.names import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.exports.base import Export
    from wieder.ingest.preflight import Kind, OpenedFile


@dataclass(frozen=True, kw_only=True)
class Header:
    """One way to split the first line of a file."""

    names: tuple[str, ...]
    types: tuple[str, ...]
    """DuckDB types; for text files VARCHAR."""
    delimiter: str = ""
    lines: int = 0
    """Physical lines up to its end, blank ones before it included."""
    rows: int = 0
    """The same, where a name with a line break in it does not count twice."""

    @property
    def folded(self) -> tuple[str, ...]:
        """The names as they are compared."""
        return tuple(fold(name) for name in self.names)

    def find(self, name: str) -> int | None:
        """Where the column `name` is, written like that or alike; None if there is none."""
        if name in self.names:
            return self.names.index(name)
        return self.folded.index(fold(name)) if fold(name) in self.folded else None

    def cell(self, names: Sequence[str]) -> str | None:
        """SQL for a cell, as text, of the first of these columns that there is."""
        places = [place for name in names if (place := self.find(name)) is not None]
        return as_text(places[0], self.types[places[0]]) if places else None


@dataclass(frozen=True)
class Place:
    """One column of a file and what it is called here."""

    name: str
    """The canonical name, or for a further column the name it is kept under."""
    position: int
    """From 0."""


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """What a format makes of raw cells before they are read, as the format of a shop system says."""

    cells: tuple[tuple[str, str], ...] = ()
    """Canonical column -> SQL over raw cells; columns that are not in it are read as they are."""
    times: frozenset[str] = frozenset()
    """Those of them that are no text any more, but timestamps in the time of the shop."""
    parameters: tuple[tuple[str, str | tuple[str, ...]], ...] = ()
    """What the SQL refers to by name."""
    whole_order: tuple[int, ...] = ()
    """Positions of cells that a further line of an order leaves empty."""
    guarded: bool = False
    """Whether an apostrophe guards the digits of further columns."""

    def has(self, name: str) -> bool:
        """Whether the cells of the canonical column `name` are prepared."""
        return any(name == column for column, _ in self.cells)


UNPREPARED = Preparation()


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How to read the files that look alike."""

    export: Export
    """What the files are."""
    kind: Kind
    header: tuple[str, ...]
    """The names of all columns as written."""
    types: tuple[str, ...]
    """Their DuckDB types; for text files VARCHAR."""
    delimiter: str = ""
    quote: str = '"'
    """What stands around cells that need it; empty if nothing does."""
    header_lines: int = 0
    """Physical lines before the first row of data."""
    header_rows: int = 0
    """The same as DuckDB counts them: a header with a line break in a name is one row."""
    canonical: tuple[Place, ...]
    """The columns that the export knows."""
    required: tuple[str, ...]
    """The canonical columns without which a row is rejected."""
    further: tuple[Place, ...]
    """The others, which are kept as text."""
    format: str = ""
    """The name of the shop system's format; empty for exports whose columns were found by synonyms."""
    preparation: Preparation = UNPREPARED
    of_order: tuple[str, ...] = ()
    """Money columns that hold for the whole order, on whatever of its rows they stand."""
    plus: tuple[str, ...] = ()
    """Money columns that are added to the amount."""
    amount_includes: tuple[str, ...] | None = None
    """Whether tax and shipping are in the amounts, as the format says; None: not known."""
    decimal: str = ""
    """The decimal mark that the format says; empty: found out."""

    def position(self, name: str) -> int:
        """Where the canonical column `name` is. Raises KeyError if the files have none."""
        return {place.name: place.position for place in self.canonical}[name]

    def has(self, name: str) -> bool:
        """Whether the files have the canonical column `name`."""
        return any(place.name == name for place in self.canonical)

    @property
    def computes_amount(self) -> bool:
        """Whether the amount is the product of other columns."""
        return bool(self.export.amount_from) and not self.has(self.export.amount)

    def gives(self, name: str) -> bool:
        """Whether rows have a value for the canonical column `name`, read or computed."""
        return self.has(name) or (self.computes_amount and name == self.export.amount)

    @property
    def is_list_of_keys(self) -> bool:
        """Whether only a key must be there, so that a sum or a second header looks like a row."""
        return len(self.required) == 1

    def is_text(self, name: str) -> bool:
        """Whether the cells of a canonical column are text, so that their format must be found out."""
        if self.preparation.has(name):
            return name not in self.preparation.times
        return self.types[self.position(name)] == "VARCHAR"

    def cell(self, name: str) -> str:
        """SQL for a cell of a canonical column, as text or as a prepared timestamp."""
        return prepared_name(name) if self.preparation.has(name) else self.raw_cell(self.position(name))

    def raw_cell(self, position: int) -> str:
        """SQL for a cell as text, as it is in the file."""
        return as_text(position, self.types[position])


def raw_name(position: int) -> str:
    """What a column is called between the file and its meaning: _1, _2, ...

    No column of an export has such a name, for `fold` leaves no outer underscore.
    """
    return f"_{position + 1}"


def as_text(position: int, duckdb_type: str) -> str:
    """SQL for a raw cell as text."""
    name = raw_name(position)
    return name if duckdb_type == "VARCHAR" else f"cast({name} as VARCHAR)"


def prepared_name(name: str) -> str:
    """What a canonical column is called that a format prepares: _amount, ..."""
    return f"_{name}"


@dataclass(frozen=True, kw_only=True)
class File:
    """One file with what its columns are."""

    number: int
    """From 1, in the order in which the files were named: the later state of an order wins."""
    opened: OpenedFile
    layout: Layout
