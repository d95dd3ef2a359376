"""The tables of the store: those of the exports follow from the registry, the others from a script."""

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
"""Raised when the tables of the store change, so that older programs refuse the database.

1: orders and customers. 2: a table per export, with the load that brought a row, and `tables`.
"""

OWN_TABLES = ("meta", "customer_keys", "loads", "rejects", "profiles")
"""The tables of the store that are of no export."""


def registry() -> Mapping[str, Export]:
    """The exports that the store keeps, by name; orders come first, since others refer to them."""
    return exports.EXPORTS


def further() -> list[Export]:
    """The exports other than orders and customers."""
    return [export for export in registry().values() if not brings_customers(export)]


def canonical_tables() -> tuple[str, ...]:
    """The names of the tables that a merge makes."""
    return (*OWN_TABLES, *registry())


def make_tables(con: Connection) -> None:
    """Makes the tables of the store in `con`, empty, where they do not exist yet."""
    con.execute(script("store/own_tables"))
    for export in registry().values():
        con.execute(f"create table if not exists {quote(export.name)} ({columns_sql(stored(export))})")


def brings_customers(export: Export) -> bool:
    """Whether a customer is known by being in this export; in others he may stay unknown."""
    return export.name in {ORDERS.name, CUSTOMERS.name}


def refers_to_customers(export: Export) -> bool:
    """Whether its rows have a customer who need not be known."""
    return export.has(CUSTOMER_ID) and not brings_customers(export)


def refers_to_orders(export: Export) -> bool:
    """Whether its rows have an order that need not be known."""
    return export.of is Of.ORDER and export.has(ORDER_ID) and export.name != ORDERS.name


def stored(export: Export) -> Mapping[str, str]:
    """The columns of its table, and their DuckDB types; further ones of the exports follow as VARCHAR.

    Where customers may become known later, the key stays beside their number.
    """
    key = {CUSTOMER_KEY: "VARCHAR"} if refers_to_customers(export) else {}
    return {**export.stored, **key}


def added(export: Export) -> frozenset[str]:
    """The columns that the merge adds; a further column of an export may not take their names."""
    return frozenset(export.stored.keys() - export.staged.keys())


def content(export: Export) -> tuple[str, ...]:
    """What a file says in a row: its staged columns, by which rows are equal or not."""
    return tuple(name for name in export.staged if name != "file_number")


def first_key(export: Export) -> str:
    """The identifier by which its rows are told apart, other than their customer's; empty: there is none."""
    ours = [name for name in export.key or export.replaces if name != CUSTOMER_ID]
    return next((name for name in ours if export.column(name).type is ColumnType.KEY), "")


def stored_key(export: Export) -> tuple[str, ...]:
    """The columns of the table that name a row; none where rows have no key."""
    kept = stored(export)
    return tuple(name if name in kept else "customer" for name in export.key_columns if export.key)


def columns_sql(columns: Mapping[str, str]) -> str:
    """SQL: the columns of a table, with their types."""
    return ", ".join(f"{quote(name)} {kind}" for name, kind in columns.items())


def listed(names: Iterable[str], alias: str = "") -> str:
    """SQL: the columns `names`, quoted, of the table that is called `alias`."""
    before = f"{alias}." if alias else ""
    return ", ".join(f"{before}{quote(name)}" for name in names)


def columns_of(con: Connection, table: str) -> dict[str, str]:
    """The columns of a table or view, which is given as SQL, and their types."""
    return {name: kind for name, kind, *_ in con.execute(f"describe {table}").fetchall()}


def tables_in(con: Connection, database: str) -> frozenset[str]:
    """The names of the tables in an attached database."""
    found = con.execute(
        "select table_name from duckdb_tables() where database_name = $name and schema_name = 'main'",
        {"name": database},
    ).fetchall()
    return frozenset(name for (name,) in found)
