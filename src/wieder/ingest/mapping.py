"""Which column of an export is which canonical column: told by the user, or found by its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.errors import AmbiguousError, UsageError, WayOut
from wieder.exports.canonical import TABLES
from wieder.ingest.names import fold, listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wieder.exports.canonical import Column, Table

E_MAIL = "mail"
"""Part of the names of columns with an address, which identify a customer only if nothing else does."""

CURRENCY = ("currency", "waehrung", "währung")
"""Parts of the names of columns with a currency; to miss one would add what cannot be added."""

PRICE_OR_TOTAL = frozenset({"price", "price_usd", "preis"})
"""Names of the amount that, beside a quantity, may well mean the price of one piece."""


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """What the names of a header mean in one canonical table."""

    positions: Mapping[str, int]
    """Canonical column -> position in the header."""
    conflicts: Mapping[str, tuple[str, ...]]
    """Canonical column -> the columns that might all be it."""
    absent: Mapping[str, str]
    """Canonical column -> the name that the user gave it, which the header does not have."""

    def has(self, columns: Sequence[str]) -> bool:
        """Whether each of `columns` is there, be it more than once."""
        return all(column in self.positions or column in self.conflicts for column in columns)


def chosen_columns(columns: Mapping[str, str], table: Table) -> dict[str, str]:
    """The part of `[columns]` that is about `table`: canonical column -> name in the export.

    A key without a table is about orders. Raises UsageError for a key that is
    no canonical column.
    """
    chosen = {}
    for key, name in columns.items():
        table_name, _, column = key.rpartition(".")
        known = TABLES.get(table_name or "orders")
        if known is None or all(column != other.name for other in known.columns):
            names = [
                f"customers.{c.name}" if t == "customers" else c.name
                for t in TABLES
                for c in TABLES[t].columns
            ]
            raise UsageError(
                f"--map {key}={name}: there is no canonical column {key!r}", f"use one of {listed(names)}"
            )
        if known is table:
            chosen[column] = name
    return chosen


def resolve(table: Table, header: Sequence[str], chosen: Mapping[str, str]) -> Resolution:
    """What the names in `header` mean in `table`.

    The user's choice wins, also that there is none (an empty name); then the
    canonical name, then the synonyms. Two synonyms of one column are a conflict,
    except that an e-mail address gives way to any other key.
    """
    folded = [fold(name) for name in header]
    positions = {column: _position(header, folded, name) for column, name in chosen.items() if name}
    absent = {column: chosen[column] for column, position in positions.items() if position is None}
    found = {column: position for column, position in positions.items() if position is not None}
    conflicts = {}
    for column in table.columns:
        if column.name in chosen:
            continue  # an empty name says that there is none
        candidates = _candidates(column, folded, taken=set(found.values()))
        if len(candidates) == 1:
            found[column.name] = candidates[0]
        elif candidates:
            conflicts[column.name] = tuple(header[place] for place in candidates)
    return Resolution(positions=found, conflicts=conflicts, absent=absent)


def _position(header: Sequence[str], folded: Sequence[str], name: str) -> int | None:
    if name in header:
        return header.index(name)
    return folded.index(fold(name)) if fold(name) in folded else None


def _candidates(column: Column, folded: Sequence[str], taken: set[int]) -> list[int]:
    free = [(place, name) for place, name in enumerate(folded) if place not in taken]
    canonical = [place for place, name in free if name == column.name]
    if canonical:
        return canonical[:1]
    found = [place for place, name in free if name in column.synonyms]
    if column.name == "currency" and not found:
        found = [place for place, name in free if any(part in name for part in CURRENCY)]
    keys = [place for place in found if E_MAIL not in folded[place]]
    return keys or found


def refuse_conflicts(file: str, resolution: Resolution, columns: Sequence[str], prefix: str = "") -> None:
    """Raises AmbiguousError if one of `columns` could be several columns of the file.

    `prefix` stands before the names of these columns in the settings.
    """
    for column in columns:
        if column in resolution.conflicts:
            names = resolution.conflicts[column]
            raise AmbiguousError(
                f"{file}: {column} could be any of the columns {listed(names)}",
                f"choose one, such as --map {prefix}{column}={names[0]}",
                (WayOut(("columns", prefix + column), name) for name in names),
            )


def refuse_doubtful_amount(
    file: str, resolution: Resolution, header: Sequence[str], chosen: Mapping[str, str]
) -> None:
    """Raises AmbiguousError if the amount may be the price of one piece: orders would be too small."""
    place = resolution.positions.get("amount")
    if (
        place is None
        or "amount" in chosen
        or resolution.has(["unit_price"])
        or not resolution.has(["quantity"])
    ):
        return
    if fold(header[place]) in PRICE_OR_TOTAL:
        raise AmbiguousError(
            f"{file}: beside a quantity, {header[place]} may be the price of one piece or of the whole row",
            f"say which: --map unit_price={header[place]} or --map amount={header[place]}",
            (WayOut(("columns", column), header[place]) for column in ("unit_price", "amount")),
        )
