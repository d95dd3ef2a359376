"""The tables of the store: one per export in the registry, the others from a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder import exports
from wieder.database import Connection, quote, script
from wieder.exports.base import CUSTOMER_ID, CUSTOMER_KEY, ORDER_ID, ColumnType, Of
from wieder.exports.customers import CUSTOMERS
from wieder.exports.orders import ORDERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from wieder.exports.base import Export

STORE_VERSION = 2
"""Increased when the tables of the store change, so that older versions refuse the database.

1: orders and customers. 2: a table per export, with the load that brought a row, and `tables`.
"""

OWN_TABLES = ("meta", "customer_keys", "loads", "rejects", "profiles")
"""The tables of the store that do not belong to an export."""


def registry() -> Mapping[str, Export]:
    """The exports that the store keeps, by name; orders come first, since others refer to them."""
    return exports.EXPORTS


def further() -> list[Export]:
    """The exports other than orders and customers."""
    return [export for export in registry().values() if not brings_customers(export)]


def canonical_tables() -> tuple[str, ...]:
    """The names of the tables that a merge creates."""
    return (*OWN_TABLES, *registry())


def make_tables(con: Connection) -> None:
    """Creates the tables of the store in `con`, empty, unless they exist."""
    con.execute(script("store/own_tables"))
    for export in registry().values():
        con.execute(f"create table if not exists {quote(export.name)} ({columns_sql(stored(export))})")


def brings_customers(export: Export) -> bool:
    """Whether every customer in this export is known; in other exports, a customer can be unknown."""
    return export.name in {ORDERS.name, CUSTOMERS.name}


def refers_to_customers(export: Export) -> bool:
    """Whether its rows refer to a customer, who may be unknown."""
    return export.has(CUSTOMER_ID) and not brings_customers(export)


def refers_to_orders(export: Export) -> bool:
    """Whether its rows refer to an order, which may be unknown."""
    return export.of is Of.ORDER and export.has(ORDER_ID) and export.name != ORDERS.name


def stored(export: Export) -> Mapping[str, str]:
    """The columns of its table, and their DuckDB types; undeclared columns of the exports follow as VARCHAR.

    If customers may become known later, their key is stored beside their number.
    """
    key = {CUSTOMER_KEY: "VARCHAR"} if refers_to_customers(export) else {}
    return {**export.stored, **key}


def added(export: Export) -> frozenset[str]:
    """The columns that the merge adds; an undeclared column of an export cannot have their names."""
    return frozenset(export.stored.keys() - export.staged.keys())


def content(export: Export) -> tuple[str, ...]:
    """The staged columns by which rows are compared: all except the number of the file."""
    return tuple(name for name in export.staged if name != "file_number")


def first_key(export: Export) -> str:
    """The first identifier in its key, other than the customer's; empty if there is none."""
    ours = [name for name in export.key or export.replaces if name != CUSTOMER_ID]
    return next((name for name in ours if export.column(name).type is ColumnType.KEY), "")


def stored_key(export: Export) -> tuple[str, ...]:
    """The key columns as they are in the table; none for exports without a key."""
    kept = stored(export)
    return tuple(name if name in kept else "customer" for name in export.key_columns if export.key)


def columns_sql(columns: Mapping[str, str]) -> str:
    """SQL: the columns of a table, with their types."""
    return ", ".join(f"{quote(name)} {kind}" for name, kind in columns.items())


def listed(names: Iterable[str], alias: str = "") -> str:
    """SQL: the columns `names`, quoted, of the table with that `alias`."""
    before = f"{alias}." if alias else ""
    return ", ".join(f"{before}{quote(name)}" for name in names)


def columns_of(con: Connection, table: str) -> dict[str, str]:
    """The columns of a table or view, which is given as SQL, and their DuckDB types."""
    return {name: kind for name, kind, *_ in con.execute(f"describe {table}").fetchall()}


def tables_in(con: Connection, database: str) -> frozenset[str]:
    """The names of the tables in an attached database."""
    found = con.execute(
        "select table_name from duckdb_tables() where database_name = $name and schema_name = 'main'",
        {"name": database},
    ).fetchall()
    return frozenset(name for (name,) in found)
