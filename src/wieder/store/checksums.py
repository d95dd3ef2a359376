"""What the tables of a store held when it was written: how many rows, and a checksum over all cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from wieder.database import quote, rows_of, script
from wieder.errors import DataError
from wieder.store.older import State, state_of
from wieder.store.report import count
from wieder.store.tables import columns_of, listed, registry, stored_key

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.database import Connection
    from wieder.exports.base import Export

REMEDY = "load the exports into a new database with --db, and leave what is inside to wieder"


@dataclass(frozen=True, kw_only=True)
class Noted:
    """What was noted of one table."""

    table: str
    n_rows: int
    checksum: str
    duckdb_version: str


def note_tables(con: Connection) -> None:
    """Makes the table `tables` of the store in `con`: what the tables of the exports hold."""
    con.execute(script("store/noted_tables"))
    for export in registry().values():
        table = quote(export.name)
        row = [export.name, list(export.key), count(con, table), _checksum(con, table), duckdb.__version__]
        con.execute("insert into tables values (?, ?, ?, ?, ?)", row)


def refuse_lost_rows(con: Connection, database: str, path: Path) -> None:
    """Raises DataError if a table has not as many rows as were written. Costs next to nothing."""
    state = state_of(con, database)
    for noted in _noted(con, state, path):
        n_rows = count(con, state.name(noted.table))
        if n_rows != noted.n_rows:
            raise _changed(path, f"{noted.table} has {n_rows:,} rows, and {noted.n_rows:,} were loaded")


def refuse_changes(con: Connection, database: str, path: Path) -> None:
    """Raises DataError if a table is not as it was written, to the cell, or if its key names several rows.

    Where another version of DuckDB made the checksum, rows and keys alone can be compared.
    """
    refuse_lost_rows(con, database, path)
    state = state_of(con, database)
    compared = set()
    for noted in _noted(con, state, path):
        if noted.duckdb_version != duckdb.__version__:
            continue
        compared.add(noted.table)
        if _checksum(con, state.name(noted.table)) != noted.checksum:
            raise _changed(path, f"cells of {noted.table} are not as they were loaded")
    for export in registry().values():
        # What is as it was written has the keys that it was written with.
        if export.name not in compared and state.has(export.name, *stored_key(export)):
            _refuse_repeated_keys(con, state.name(export.name), export, path)


def refuse_changes_inside(con: Connection, path: Path) -> None:
    """The same of the database that `con` is open to."""
    [(database,)] = rows_of(con, "select current_database()")
    refuse_changes(con, database, path)


def _refuse_repeated_keys(con: Connection, table: str, export: Export, path: Path) -> None:
    key = listed(stored_key(export))
    if not key:
        return
    repeated = count(con, f"(select {key} from {table} group by {key} having count(*) > 1)")
    if repeated:
        raise _changed(path, f"{repeated:,} keys of {export.name} name more than one row")


def _noted(con: Connection, state: State, path: Path) -> list[Noted]:
    """What was noted of each table; nothing in a store of version 1. Raises DataError if one is gone."""
    if not state.has("tables"):
        if state.version == 1:
            return []
        raise _changed(path, "the table that tells what was loaded is gone")
    rows = rows_of(
        con, f"select table_name, n_rows, checksum, duckdb_version from {state.name('tables')} order by all"
    )
    for table, *_ in rows:
        if not state.has(table):
            raise _changed(path, f"{table} is gone")
    for table in sorted(state.columns.keys() & registry().keys() - {table for table, *_ in rows}):
        raise _changed(path, f"the record of the rows loaded into {table} is missing")
    return [
        Noted(table=table, n_rows=n_rows, checksum=checksum, duckdb_version=version)
        for table, n_rows, checksum, version in rows
    ]


def _checksum(con: Connection, table: str) -> str:
    """The sum of the hashes of all rows: their order does not matter, and a row twice is not like none."""
    [(total,)] = rows_of(con, f"select coalesce(sum(hash({listed(columns_of(con, table))})), 0) from {table}")
    return str(total)


def _changed(path: Path, what: str) -> DataError:
    return DataError(f"{path}: another program has changed the database: {what}", REMEDY)
