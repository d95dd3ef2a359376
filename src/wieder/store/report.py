"""Report of a load: counts of rows, orders and money per file."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import TYPE_CHECKING

from wieder.database import quote, rows_of
from wieder.exports.orders import ORDERS
from wieder.store.tables import further

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wieder.database import Connection


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Counts of rows, orders and money. For rows and money: read = rejected + left out + kept."""

    rows_read: int = 0
    rows_rejected: int = 0
    rows_left_out: int = 0
    """Rows that do not meet the condition in the settings."""
    rows_merged: int = 0
    """Further lines of an order: rows_kept - orders_kept; 0 for exports without lines."""
    rows_kept: int = 0
    orders_kept: int = 0
    """Orders in the files; 0 for other exports."""
    orders_replaced: int = 0
    """Older states that the orders of this load replaced; 0 for other exports."""
    rows_replaced: int = 0
    """Rows replaced by newer ones or known already: the store grows by rows_kept - rows_replaced."""
    amount_read: Decimal = Decimal(0)
    """Sum of all amounts that could be read, in the currency of the export."""
    amount_rejected: Decimal = Decimal(0)
    amount_left_out: Decimal = Decimal(0)
    amount_replaced: Decimal = Decimal(0)

    def __add__(self, other: Counts) -> Counts:
        """The sum of both, field by field."""
        names = [field.name for field in fields(Counts)]
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in names})


@dataclass(frozen=True, kw_only=True)
class LoadedFile:
    """One file of a load."""

    file: str
    sha256: str
    bytes: int
    table_name: str
    """The name of its export."""
    counts: Counts


@dataclass(frozen=True, kw_only=True)
class LoadReport:
    """The files of one load, and the row counts of the store after it."""

    files: tuple[LoadedFile, ...]
    """Sorted by name; empty if nothing was new."""
    orders: int
    """Orders in the store."""
    customers: int
    """Customers in the store, including those without an order."""
    further: Mapping[str, int] = field(default_factory=dict)
    """Name of each other export that has rows in the store -> their number."""

    def total(self, table_name: str) -> Counts:
        """The sum over the files of `table_name`."""
        return sum((file.counts for file in self.files if file.table_name == table_name), start=Counts())


def report(con: Connection, loaded: str) -> LoadReport:
    """The report on the store in `con`, with the files of `loaded`: SQL for rows of `loads`."""
    return LoadReport(
        files=_files(con, loaded),
        orders=count(con, ORDERS.name),
        customers=count(con, "customer_keys"),
        further=_further(con),
    )


def _further(con: Connection) -> dict[str, int]:
    return {export.name: n_rows for export in further() if (n_rows := count(con, quote(export.name)))}


def _files(con: Connection, loaded: str) -> tuple[LoadedFile, ...]:
    names = [one.name for one in fields(Counts)]
    columns = f"file, sha256, bytes, table_name, {', '.join(names)}"
    return tuple(
        LoadedFile(
            file=file,
            sha256=sha256,
            bytes=size,
            table_name=table,
            counts=Counts(**dict(zip(names, counts, strict=True))),
        )
        for file, sha256, size, table, *counts in rows_of(con, f"select {columns} from {loaded}")
    )


def count(con: Connection, table: str) -> int:
    """Number of rows of a table, which is given as SQL."""
    [(number,)] = rows_of(con, f"select count(*) from {table}")
    return int(number)
