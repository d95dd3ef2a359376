"""Layouts: the meaning of the columns, determined once for all files with the same header."""

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
    """Physical lines up to the end of the header, including blank lines before it."""
    rows: int = 0
    """The same as rows of CSV, where a line break in a quoted name does not count."""

    @property
    def folded(self) -> tuple[str, ...]:
        """The names in the form in which they are compared."""
        return tuple(fold(name) for name in self.names)

    def find(self, name: str) -> int | None:
        """Position of the column `name`, exact or after folding; None if there is none."""
        if name in self.names:
            return self.names.index(name)
        return self.folded.index(fold(name)) if fold(name) in self.folded else None

    def cell(self, names: Sequence[str]) -> str | None:
        """SQL for a cell, as text, of the first of these columns that exists; None if none does."""
        places = [place for name in names if (place := self.find(name)) is not None]
        return as_text(places[0], self.types[places[0]]) if places else None


@dataclass(frozen=True)
class Place:
    """One column of a file, and its name in the product."""

    name: str
    """The canonical name, or the stored name of a further column."""
    position: int
    """Position in the file, from 0."""


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """Conversion of raw cells before they are read, as specified by the format of a shop system."""

    cells: tuple[tuple[str, str], ...] = ()
    """Canonical column -> SQL over raw cells; other columns are read as they are."""
    times: frozenset[str] = frozenset()
    """The canonical columns that are converted to timestamps in the time of the shop."""
    parameters: tuple[tuple[str, str | tuple[str, ...]], ...] = ()
    """Named parameters of the SQL."""
    whole_order: tuple[int, ...] = ()
    """Positions of columns that may be empty on all but one line of an order."""
    guarded: bool = False
    """Whether cells of further columns may begin with an apostrophe that protects digits."""

    def has(self, name: str) -> bool:
        """Whether the cells of the canonical column `name` are converted."""
        return any(name == column for column, _ in self.cells)


UNPREPARED = Preparation()


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Instructions to read all files with the same header."""

    export: Export
    kind: Kind
    header: tuple[str, ...]
    """The names of all columns as written."""
    types: tuple[str, ...]
    """Their DuckDB types; for text files VARCHAR."""
    delimiter: str = ""
    quote: str = '"'
    """Quotation mark around cells; empty if cells cannot be quoted."""
    header_lines: int = 0
    """Physical lines before the first row of data."""
    header_rows: int = 0
    """The same as rows of CSV: a header with a line break in a name is one row."""
    canonical: tuple[Place, ...]
    """The columns that the export declares."""
    required: tuple[str, ...]
    """The canonical columns that must have a value in every row."""
    further: tuple[Place, ...]
    """The other columns, which are kept as text."""
    format: str = ""
    """Name of the shop system's format; empty for exports whose columns were found by synonyms."""
    preparation: Preparation = UNPREPARED
    of_order: tuple[str, ...] = ()
    """Money columns that apply to the whole order, on any of its rows."""
    plus: tuple[str, ...] = ()
    """Money columns that are added to the amount."""
    amount_includes: tuple[str, ...] | None = None
    """Which of tax and shipping the amounts include, according to the format; None: not known."""
    decimal: str = ""
    """The decimal mark according to the format; empty: detected."""

    def position(self, name: str) -> int:
        """Position of the canonical column `name`, from 0. Raises KeyError if the files do not have it."""
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
        """Whether rows need nothing but a key, so that a total or a second header looks like a row."""
        return len(self.required) == 1

    def is_text(self, name: str) -> bool:
        """Whether the cells of a canonical column are text, whose notation must be detected."""
        if self.preparation.has(name):
            return name not in self.preparation.times
        return self.types[self.position(name)] == "VARCHAR"

    def cell(self, name: str) -> str:
        """SQL for a cell of a canonical column, as text or as a converted timestamp."""
        return prepared_name(name) if self.preparation.has(name) else self.raw_cell(self.position(name))

    def raw_cell(self, position: int) -> str:
        """SQL for a cell as text, as it is in the file."""
        return as_text(position, self.types[position])


def raw_name(position: int) -> str:
    """Name of a column before it is mapped: _1, _2, ...

    No column of an export has such a name, because `fold` removes outer underscores.
    """
    return f"_{position + 1}"


def as_text(position: int, duckdb_type: str) -> str:
    """SQL for a raw cell as text."""
    name = raw_name(position)
    return name if duckdb_type == "VARCHAR" else f"cast({name} as VARCHAR)"


def prepared_name(name: str) -> str:
    """Name of a canonical column that a format converts: _amount, ..."""
    return f"_{name}"


@dataclass(frozen=True, kw_only=True)
class File:
    """One file with its layout."""

    number: int
    """From 1, in the order of the arguments: of an order in several files, the last version wins."""
    opened: OpenedFile
    layout: Layout
