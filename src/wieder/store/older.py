"""Compatibility with stores of older versions: missing columns are null, missing tables empty."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.database import quote, script
from wieder.exports.customers import CUSTOMERS
from wieder.exports.orders import ORDERS
from wieder.store.tables import OWN_TABLES, columns_sql, registry, stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wieder.database import Connection
    from wieder.exports.base import Export

OURS_SINCE_2 = {ORDERS.name: frozenset({"order_index"}), CUSTOMERS.name: frozenset({"load", "state_at"})}
"""Columns of the store that may be columns of the exports in a store of version 1."""
RENAMED_SINCE_1 = {
    "profiles": {"orders": "n_rows", "digit_orders": "digit_keys", "padded_orders": "padded_keys"}
}
"""Table -> name of a column in version 1 -> its name now."""


@dataclass(frozen=True, kw_only=True)
class State:
    """The version and the tables of an attached database."""

    database: str
    version: int
    columns: Mapping[str, Mapping[str, str]]
    """Table -> its columns and their DuckDB types."""

    def has(self, table: str, *columns: str) -> bool:
        """Whether the table exists and has these columns."""
        return table in self.columns and set(columns) <= self.columns[table].keys()

    def name(self, table: str) -> str:
        """SQL: the qualified name of the table."""
        return f"{quote(self.database)}.main.{quote(table)}"


def state_of(con: Connection, database: str) -> State:
    """The state of an attached database that wieder made."""
    columns: dict[str, dict[str, str]] = {}
    for table, name, kind in con.execute(
        "select table_name, column_name, data_type from duckdb_columns()"
        " where database_name = $database and schema_name = 'main' and not internal"
        " order by table_name, column_index",
        {"database": database},
    ).fetchall():
        columns.setdefault(table, {})[name] = kind
    [(version,)] = con.execute(
        "select coalesce(max(try_cast(value as INTEGER)) filter (where key = 'store_version'), 0)"
        f" from {quote(database)}.main.meta"
    ).fetchall()
    return State(database=database, version=int(version), columns=columns)


def make_readable(con: Connection, database: str) -> None:
    """Creates temporary views and tables, so that every export can be selected from by its plain name.

    None is created for a table of the database that is already as declared.
    """
    state = state_of(con, database)
    for export in registry().values():
        name = quote(export.name)
        if not state.has(export.name):
            con.execute(f"create or replace temp table {name} ({columns_sql(stored(export))})")
        elif state.version == 1 or not _is_as_declared(state, export):
            con.execute(f"create or replace temp view {name} as {adapted(state, export)}")


@contextmanager
def older_state(con: Connection, previous: str | None, without: int | None = None) -> Iterator[None]:
    """Provides the tables of the older state as views previous_*, all with their declared columns.

    They are the tables of the attached database `previous`, or else of `con`,
    without the rows of the load `without`.
    """
    [(current,)] = con.execute("select current_database()").fetchall()
    state, own = state_of(con, previous or current), state_of(con, current)
    left_out = "" if without is None else f" where load is distinct from {without:d}"
    for export in registry().values():
        _view(con, export.name, f"from ({adapted(state, export)}){left_out}")
    for table in OWN_TABLES:
        has_load = "load" in own.columns[table]
        _view(con, table, f"from ({_own(con, state, own, table)}){left_out if has_load else ''}")
    if without is not None:
        _leave_out_customers(con, state, own, without)
    yield
    for name in (*registry(), *OWN_TABLES):
        con.execute(f"drop view temp.{_previous(name)}")
        con.execute(f"drop table if exists temp.{quote(f'empty_{name}')}")
    con.execute("drop table if exists temp.left_customers")


def _view(con: Connection, table: str, rows: str) -> None:
    con.execute(f"create or replace temp view {_previous(table)} as {rows}")


def _leave_out_customers(con: Connection, state: State, own: State, without: int) -> None:
    """Removes the customers that occur only in rows of the load `without`."""
    rows = {name: adapted(state, registry()[name]) for name in (ORDERS.name, CUSTOMERS.name)}
    con.execute(script("store/left_customers").format(without=without, **rows))
    keys = _own(con, state, own, "customer_keys")
    _view(con, "customer_keys", f"from ({keys}) anti join temp.left_customers using (customer)")


def _previous(table: str) -> str:
    return quote(f"previous_{table}")


def _own(con: Connection, state: State, own: State, table: str) -> str:
    """SQL: a table of the older state that is not of an export, with all its current columns."""
    if state.database == own.database:
        return f"from {own.name(table)}"
    empty = quote(f"empty_{table}")
    con.execute(f"create or replace temp table {empty} as from {own.name(table)} limit 0")
    if not state.has(table):
        return f"from temp.{empty}"
    renamed = {old: new for old, new in RENAMED_SINCE_1.get(table, {}).items() if state.has(table, old)}
    columns = ", ".join(f"{quote(name)} as {quote(renamed.get(name, name))}" for name in state.columns[table])
    return f"from temp.{empty} union all by name select {columns} from {state.name(table)}"


def adapted(state: State, export: Export) -> str:
    """SQL: the rows of an export, with its declared columns first, then all others."""
    if not state.has(export.name):
        nothing = ", ".join(f"cast(null as {kind}) as {quote(name)}" for name, kind in stored(export).items())
        return f"select {nothing} where false"
    found = state.columns[export.name]
    taken = OURS_SINCE_2.get(export.name, frozenset()) if state.version == 1 else frozenset()
    ours = {name: _column(found, name, kind, taken) for name, kind in stored(export).items()}
    if state.version == 1:
        ours |= _moved_since_version_1(state, export)
    further = {
        f"export_{name}" if name in taken else name: f"t.{quote(name)}"
        for name in found
        if name in taken or name not in ours
    }
    columns = ", ".join(f"{sql} as {quote(name)}" for name, sql in {**ours, **further}.items())
    return f"select {columns} from {_rows_in_version_1(state, export)}"


def _is_as_declared(state: State, export: Export) -> bool:
    found = state.columns[export.name]
    return all(_plain(found.get(name, "")) == _plain(kind) for name, kind in stored(export).items())


def _column(found: Mapping[str, str], name: str, kind: str, taken: frozenset[str]) -> str:
    if name not in found or name in taken:
        return f"cast(null as {kind})"
    # A column that has a type now may be text in an older store.
    cell = f"t.{quote(name)}"
    return cell if _plain(found[name]) == _plain(kind) else f"try_cast({cell} as {kind})"


def _plain(kind: str) -> str:
    return kind.replace(" ", "").upper()


def _moved_since_version_1(state: State, export: Export) -> Mapping[str, str]:
    """Column -> SQL for its value in version 1: the number of an order, and the load and time of a customer.

    In version 1, the rows of orders are sorted by number, and `customer_states` has the times.
    """
    if export.name == ORDERS.name:
        return {"order_index": "cast(t.rowid + 1 as INTEGER)"}
    if export.name == CUSTOMERS.name and _has_customer_states(state):
        return {"load": "l.load", "state_at": "s.state_at"}
    return {}


def _has_customer_states(state: State) -> bool:
    return state.has("customer_states") and state.has("loads", "exported_at")


def _rows_in_version_1(state: State, export: Export) -> str:
    table = f"{state.name(export.name)} as t"
    if state.version != 1 or export.name != CUSTOMERS.name or not _has_customer_states(state):
        return table
    # The time of a customer's row is the export time given for its load, or else the time of the load.
    loads = (
        "select coalesce(exported_at, loaded_at) as state_at, max(load) as load"
        f" from {state.name('loads')} where table_name = '{CUSTOMERS.name}' group by all"
    )
    return (
        f"{table} left join {state.name('customer_states')} as s on s.customer = t.customer"
        f" left join ({loads}) as l on l.state_at = s.state_at"
    )
