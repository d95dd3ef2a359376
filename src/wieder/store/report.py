"""What a load did: counts of rows, orders and money, file by file."""

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
    """What became of rows, orders and money. Rows and money read = rejected + left out + kept."""

    rows_read: int = 0
    rows_rejected: int = 0
    rows_left_out: int = 0
    """Rows that do not meet the condition in the settings."""
    rows_merged: int = 0
    """Rows that are a further line of an order: rows_kept - orders_kept. Exports without lines have none."""
    rows_kept: int = 0
    orders_kept: int = 0
    """Orders that the files hold; 0 for other exports."""
    orders_replaced: int = 0
    """Older states of orders that this load brought again; 0 for other exports."""
    rows_replaced: int = 0
    """Rows that gave way to newer ones or are known already; rows_kept - rows_replaced come to the store."""
    amount_read: Decimal = Decimal(0)
    """Money of the rows whose amount could be read, in the currency of the export."""
    amount_rejected: Decimal = Decimal(0)
    amount_left_out: Decimal = Decimal(0)
    amount_replaced: Decimal = Decimal(0)

    def __add__(self, other: Counts) -> Counts:
        """Both together."""
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
    """What one load did, and what is known after it."""

    files: tuple[LoadedFile, ...]
    """Sorted by name; none if nothing was new."""
    orders: int
    """Orders that are known after the load."""
    customers: int
    """Customers that are known after the load, those without an order included."""
    further: Mapping[str, int] = field(default_factory=dict)
    """Rows of the other exports that are known after the load, by name; none are left out."""

    def total(self, table_name: str) -> Counts:
        """The sum over the files of `table_name`."""
        return sum((file.counts for file in self.files if file.table_name == table_name), start=Counts())


def report(con: Connection, loaded: str) -> LoadReport:
    """What the store in `con` knows, and the files that `loaded` has, SQL for rows of `loads`."""
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
    """How many rows a table has, which is given as SQL."""
    [(number,)] = rows_of(con, f"select count(*) from {table}")
    return int(number)
