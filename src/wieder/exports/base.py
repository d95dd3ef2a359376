"""Exports: one object per kind of file, from which ingest, store, help and README are derived."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wieder.locale.text import Text

CUSTOMER_ID = "customer_id"
"""The column that assigns a row to a customer, in any export."""

CUSTOMER_KEY = "customer_key"
"""Name of `CUSTOMER_ID` in staged rows, where the key may also be an address or a telephone number."""

ORDER_ID = "order_id"
"""The column that assigns a row to an order, in any export."""

INTERNAL_NAMES = frozenset(
    {
        CUSTOMER_KEY, "n_rows", "exported_amount", "excluded_by", "class", "file_number", "file_index",
        "fault", "is_kept", "rowid",
    }
)  # fmt: skip
"""Internal columns of staged rows, whose names are not available to further columns."""


class ColumnType(StrEnum):
    """Type of the cells in a column."""

    KEY = "key"
    """An identifier: always text, never a number; surrounding blanks are removed."""
    TEXT = "text"
    """Text as it is, blanks included."""
    LABEL = "label"
    """Text without surrounding blanks; empty is null."""
    CODE = "code"
    """An ISO code in upper case; empty is null."""
    MONEY = "money"
    """DECIMAL(18, 4) in the currency of the export, never a float."""
    NUMBER = "number"
    """DECIMAL(18, 4), a quantity."""
    TIMESTAMP = "timestamp"
    """A local date with or without a time of day."""
    DAY = "day"
    """A local date; a time of day is dropped."""
    EMAIL = "email"
    """An e-mail address in lower case; null where the cell does not contain one."""
    PHONE = "phone"
    """The digits of a telephone number, with a leading + if it begins with + or 00."""

    @property
    def sql(self) -> str:
        """The DuckDB type of such a column."""
        types = {
            ColumnType.MONEY: "DECIMAL(18, 4)",
            ColumnType.NUMBER: "DECIMAL(18, 4)",
            ColumnType.TIMESTAMP: "TIMESTAMP",
            ColumnType.DAY: "DATE",
        }
        return types.get(self, "VARCHAR")

    @property
    def is_number(self) -> bool:
        """Whether the cells are numbers, whose decimal mark must be known."""
        return self in {ColumnType.MONEY, ColumnType.NUMBER}

    @property
    def is_date(self) -> bool:
        """Whether the cells are dates, whose order of day and month must be known."""
        return self in {ColumnType.TIMESTAMP, ColumnType.DAY}

    @property
    def has_reader(self) -> bool:
        """Whether cells may have several notations, among which the whole column decides."""
        return self is ColumnType.KEY or self.is_number or self.is_date


class Of(StrEnum):
    """Entity that the rows of an export belong to."""

    ORDER = "order"
    """An order, by `order_id`."""
    CUSTOMER = "customer"
    """A customer, by `customer_id`."""
    SHOP = "shop"
    """The whole shop."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column that an export may have."""

    name: str
    type: ColumnType
    meaning: Text
    synonyms: tuple[str, ...] = ()
    """Names seen in exports, as `fold` gives them: lower case, underscores for blanks and punctuation."""
    is_needed: bool = False
    """Whether a file without the column is refused."""
    is_filled: bool = False
    """Whether a row without a value in it is rejected."""
    is_decisive: bool = False
    """Whether several candidates in a file are an error; otherwise the column is ignored then."""
    is_kept: bool = True
    """Whether it is stored, rather than read only to compute another column or a condition."""
    is_added: bool = False
    """Whether it is money in addition to the amount: 0 where empty, summed over the lines of an order."""
    is_cut: bool = False
    """Whether results can be segmented by it."""


@dataclass(frozen=True, kw_only=True)
class Export:
    """One kind of file that a shop exports, with the meaning of its columns; others are kept as text."""

    name: str
    """Name in files, settings and the store; a noun in the plural."""
    place: int
    """Position in lists of the exports."""
    grain: Text
    """Description of one row."""
    noun: str = "row"
    """English word for one record, used in messages."""
    of: Of
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    """Columns that identify a record; of several rows with one key, the newest replaces the others."""
    replaces: tuple[str, ...] = ()
    """For exports without a key: a file replaces all older rows that share its values in these columns.

    Without either, rows are facts: identical rows count as often as in the file with most of them, so that
    overlapping files do not count twice.
    """
    has_lines: bool = False
    """Whether rows with the same key in a file are lines of one record, to be summed."""
    day: str = ""
    """Column with the time of a row; empty if there is none."""
    amount: str = ""
    """Column whose money is reconciled to the cent; empty if there is none."""
    amount_from: tuple[tuple[str, ...], ...] = ()
    """Groups of columns that give the amount: the product of the first group that a file has."""
    identified_by: tuple[str, ...]
    """Columns whose presence in a header identifies the export."""
    unless: tuple[tuple[str, ...], ...] = ()
    """Groups of order columns; a header with a complete group is not this export."""
    reserved: frozenset[str] = frozenset()
    """More names that are not available to further columns."""

    def column(self, name: str) -> Column:
        """Returns the column called `name`. Raises KeyError if there is none."""
        return self._by_name[name]

    def has(self, name: str) -> bool:
        """Whether there is a column called `name`."""
        return name in self._by_name

    @cached_property
    def _by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns without which a file is refused, except those of `amount_from`."""
        return tuple(column.name for column in self.columns if column.is_needed)

    @property
    def filled(self) -> tuple[str, ...]:
        """Columns that must have a value in every row, except those of `amount_from`."""
        return tuple(column.name for column in self.columns if column.is_filled)

    @property
    def added(self) -> tuple[str, ...]:
        """Columns with money in addition to the amount."""
        return tuple(column.name for column in self.columns if column.is_added)

    @property
    def taken(self) -> frozenset[str]:
        """Names that are not available to further columns of a file."""
        return INTERNAL_NAMES | self.reserved | self._by_name.keys()

    @property
    def staged(self) -> Mapping[str, str]:
        """Columns of staged rows -> DuckDB types; further columns follow as VARCHAR."""
        kept = {staged_name(column.name): column.type.sql for column in self.columns if column.is_kept}
        return kept | ({"n_rows": "INTEGER"} if self.has_lines else {}) | {"file_number": "INTEGER"}

    @property
    def key_columns(self) -> tuple[str, ...]:
        """Columns of staged rows by which newer rows replace older ones; empty for facts."""
        return tuple(staged_name(name) for name in self.key or self.replaces)

    @property
    def stored(self) -> Mapping[str, str]:
        """Columns of the table in the store -> DuckDB types; further columns follow as VARCHAR.

        `order_index` and `customer` are the integer keys of an order and of a customer, null where they are
        not known; `load` is the number of the load, and `state_at` the time of the state that the row shows.
        """
        index = {"order_index": "INTEGER"} if self.of is Of.ORDER else {}
        customer = {"customer": "INTEGER"} if self.has(CUSTOMER_ID) else {}
        placed = {self.placed_on: "DATE"} if self.placed_on != self.day else {}
        kept = {name: kind for name, kind in self.staged.items() if name not in {CUSTOMER_KEY, "file_number"}}
        return index | customer | kept | placed | {"load": "INTEGER", "state_at": "TIMESTAMP"}

    @property
    def placed_on(self) -> str:
        """The stored column with the day of a row: `ordered_on` for the timestamp `ordered_at`."""
        has_time = self.day and self.column(self.day).type is ColumnType.TIMESTAMP
        return f"{self.day.removesuffix('_at')}_on" if has_time else self.day


def staged_name(column: str) -> str:
    """Name of a column in staged rows."""
    return CUSTOMER_KEY if column == CUSTOMER_ID else column


def names(listed: str) -> tuple[str, ...]:
    """Splits a text at its blanks."""
    return tuple(listed.split())
