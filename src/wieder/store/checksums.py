"""Row counts and checksums of the tables of a store, recorded when it was written."""

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

REMEDY = "load the exports into a new database: wieder load FILE... --db new.duckdb"


@dataclass(frozen=True, kw_only=True)
class TableRecord:
    """The rows and the checksum of one table, as recorded when it was written."""

    table: str
    n_rows: int
    checksum: str
    duckdb_version: str


def record_tables(con: Connection) -> None:
    """Makes the table `tables` of the store in `con`: one record per table of an export."""
    con.execute(script("store/recorded_tables"))
    for export in registry().values():
        table = quote(export.name)
        row = [export.name, list(export.key), count(con, table), _checksum(con, table), duckdb.__version__]
        con.execute("insert into tables values (?, ?, ?, ?, ?)", row)


def refuse_lost_rows(con: Connection, database: str, path: Path) -> None:
    """Raises DataError if the number of rows in a table is not the recorded one. Costs next to nothing."""
    state = state_of(con, database)
    for record in _records(con, state, path):
        n_rows = count(con, state.name(record.table))
        if n_rows != record.n_rows:
            raise _changed(path, f"{record.table} has {n_rows:,} rows, but {record.n_rows:,} were loaded")


def refuse_changes(con: Connection, database: str, path: Path) -> None:
    """Raises DataError if a cell of a table has changed since it was written, or if keys are repeated.

    Where another version of DuckDB made the checksum, only row counts and keys are checked.
    """
    refuse_lost_rows(con, database, path)
    state = state_of(con, database)
    compared = set()
    for record in _records(con, state, path):
        if record.duckdb_version != duckdb.__version__:
            continue
        compared.add(record.table)
        if _checksum(con, state.name(record.table)) != record.checksum:
            raise _changed(path, f"cells of {record.table} are not as they were loaded")
    for export in registry().values():
        # A table whose checksum is right has unchanged keys.
        if export.name not in compared and state.has(export.name, *stored_key(export)):
            _refuse_repeated_keys(con, state.name(export.name), export, path)


def refuse_changes_inside(con: Connection, path: Path) -> None:
    """Does the same as `refuse_changes`, for the database that `con` is open to."""
    [(database,)] = rows_of(con, "select current_database()")
    refuse_changes(con, database, path)


def _refuse_repeated_keys(con: Connection, table: str, export: Export, path: Path) -> None:
    key = listed(stored_key(export))
    if not key:
        return
    repeated = count(con, f"(select {key} from {table} group by {key} having count(*) > 1)")
    if repeated:
        raise _changed(path, f"{repeated:,} keys of {export.name} occur in more than one row")


def _records(con: Connection, state: State, path: Path) -> list[TableRecord]:
    """One record per table, none in a store of version 1. Raises DataError if a table or record is gone."""
    if not state.has("tables"):
        if state.version == 1:
            return []
        raise _changed(path, "the table that records what was loaded is missing")
    rows = rows_of(
        con, f"select table_name, n_rows, checksum, duckdb_version from {state.name('tables')} order by all"
    )
    for table, *_ in rows:
        if not state.has(table):
            raise _changed(path, f"table {table} is missing")
    for table in sorted(state.columns.keys() & registry().keys() - {table for table, *_ in rows}):
        raise _changed(path, f"the record of the rows loaded into {table} is missing")
    return [
        TableRecord(table=table, n_rows=n_rows, checksum=checksum, duckdb_version=version)
        for table, n_rows, checksum, version in rows
    ]


def _checksum(con: Connection, table: str) -> str:
    """The sum of the hashes of all rows: independent of their order, and changed by a repeated row."""
    [(total,)] = rows_of(con, f"select coalesce(sum(hash({listed(columns_of(con, table))})), 0) from {table}")
    return str(total)


def _changed(path: Path, what: str) -> DataError:
    return DataError(f"{path}: another program has changed the database: {what}", REMEDY)
