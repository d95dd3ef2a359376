"""What was just read becomes part of what is known: staged tables -> canonical tables."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from wieder.database import Connection, quote, script
from wieder.errors import DataError
from wieder.notices import Notice, unheard
from wieder.store.drift import refuse_drift
from wieder.store.terms import NO_TERMS, Terms, refuse_other_totals

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from wieder.config import Settings
    from wieder.notices import Notify

STORE_VERSION = 1
"""Raised when the canonical tables change, so that older programs refuse the database."""

CANONICAL = (
    "meta", "customer_keys", "orders", "customers", "customer_states", "loads", "rejects", "profiles",
)  # fmt: skip
STAGED = ("staged_orders", "staged_customers", "staged_files", "staged_rejects", "staged_layouts")
HELPERS = ("staged_profiles", "file_times", "replaced_orders", "described_customers", "this_load")
ADDED = {"staged_orders": ("customer", "ordered_on", "load", "state_at"), "staged_customers": ("customer",)}
"""Columns that the merge adds; a column of an export may not take their names."""
UPDATE_TIMES = (
    "updated_at", "modified_at", "last_modified", "date_modified", "aktualisiert_am", "geändert_am",
    "geaendert_am",
)  # fmt: skip
"""Columns of exports, by the names under which they are kept, that tell when an order was last changed."""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What became of rows, orders and money. Rows and money read = rejected + left out + kept."""

    rows_read: int = 0
    rows_rejected: int = 0
    rows_left_out: int = 0
    """Rows that do not meet the condition in the settings."""
    rows_merged: int = 0
    """Rows that are a further line of an order: rows_kept - orders_kept."""
    rows_kept: int = 0
    orders_kept: int = 0
    orders_replaced: int = 0
    """Older states of orders that this load brought again; rows_replaced and amount_replaced are theirs."""
    rows_replaced: int = 0
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
    """`orders` or `customers`."""
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

    def total(self, table_name: str) -> Counts:
        """The sum over the files of `table_name`."""
        return sum((file.counts for file in self.files if file.table_name == table_name), start=Counts())


def merge(
    con: Connection,
    loaded_at: datetime,
    previous: str | None = None,
    *,
    settings: Settings | None = None,
    terms: Terms = NO_TERMS,
    notify: Notify = unheard,
) -> LoadReport:
    """Moves the staged tables of `con` into its canonical tables.

    `previous` is an attached database whose canonical tables are the older
    state; without it, they are the tables that `con` has, if any. Of an order
    that is known already, the newest state wins. A `loaded_at` without a time
    zone is UTC. Nothing is written if no file was staged. Not atomic:
    `store.load` works on a new file. Raises DataError if the orders would be in
    more than one currency, if the files do not meet the `terms`, or, given
    `settings`, if they do not mean what earlier ones meant.
    """
    con.execute(script("store/canonical_tables"))
    with _older_state(con, previous):
        anything_new = _count(con, "staged_files") > 0
        if anything_new:
            refuse_other_totals(con, terms)
            con.execute(script("store/staged_profiles"))
            if settings is not None:
                refuse_drift(con, settings, notify)
            _merge_staged(con, loaded_at, terms, notify)
            _tell_about_late_states(con, notify)
        report = _report(con, anything_new=anything_new)
    for name in (*STAGED, *HELPERS):
        con.execute(f"drop table if exists temp.{name}")
    return report


@contextmanager
def _older_state(con: Connection, previous: str | None) -> Iterator[None]:
    """Within it, the canonical tables of the older state are called previous_*.

    A database made before a column was thought of has null in it.
    """
    [(current,)] = _rows(con, "select current_database()")
    for name in CANONICAL:
        source = f"{quote(current)}.main.{name}"
        if previous is not None:
            con.execute(f"create or replace temp table empty_{name} as from {source} limit 0")
            source = f"temp.empty_{name}"
            if _has_table(con, previous, name):
                source += f" union all by name from {quote(previous)}.main.{name}"
        con.execute(f"create or replace temp view previous_{name} as from {source}")
    yield
    for name in CANONICAL:
        con.execute(f"drop view temp.previous_{name}")
        con.execute(f"drop table if exists temp.empty_{name}")


def _has_table(con: Connection, database: str, name: str) -> bool:
    tables = _rows(con, "select database_name, table_name from duckdb_tables()")
    return (database, name) in tables


def _merge_staged(con: Connection, loaded_at: datetime, terms: Terms, notify: Notify) -> None:
    _check_currency(con)
    _avoid_names(con)
    utc = loaded_at.astimezone(UTC).replace(tzinfo=None) if loaded_at.tzinfo else loaded_at
    con.execute(script("store/merge_begin"), {"loaded_at": utc, "exported_at": terms.exported_at})
    con.execute(
        "create or replace table meta as select 'store_version' as key, cast($version as VARCHAR) as value",
        {"version": STORE_VERSION},
    )
    con.execute(script("store/merge_keys"))
    con.execute(script("store/merge_file_times"), {"exported_at": terms.exported_at})
    updated_at = _update_time(con, notify)
    for step in ("replaced", "loads", "orders", "customers"):
        con.execute(script(f"store/merge_{step}").replace("{updated_at}", updated_at))


def _update_time(con: Connection, notify: Notify) -> str:
    """SQL for when a row of staged_orders was last changed, null where the export does not say."""
    columns = {name for name, *_ in _rows(con, "describe staged_orders")}
    for name in UPDATE_TIMES:
        if name not in columns:
            continue
        cell = f"nullif(trim({quote(name)}), '')"
        time = f"try_cast({cell} as TIMESTAMP)"
        unread = f"{cell} is not null and {time} is null"
        if not _rows(con, f"select 1 from staged_orders where {unread} limit 1"):
            return time
        message = (
            f"{name} holds more than times such as 2024-03-31 18:00, and does not tell which state is newer"
        )
        remedy = "--exported-at says when the files were exported"
        notify(Notice("update-time-unreadable", message, remedy, values={"column": name}))
    return "cast(null as TIMESTAMP)"


def _tell_about_late_states(con: Connection, notify: Notify) -> None:
    """Says so if orders were read in a state that is older than the one that is known, and another one."""
    found = _rows(con, script("store/late_states"))
    late = sum(n_late for _, n_late, all_lost in found if not all_lost)
    if late:
        message = f"{late:,} orders are known in a newer state than these files have, and keep it"
        remedy = "if these files were exported later, say when: --exported-at DAY"
        notify(Notice("older-states", message, remedy, values={"n": late}))
    for file, n_late, all_lost in found:
        if all_lost:
            message = f"{file}: nothing of it counts: its orders are known in newer states, {n_late:,} differ"
            remedy = "if it corrects them, load it again and say when it was exported: --exported-at DAY"
            values = {"files": (file,), "n": n_late}
            notify(Notice("older-file", message, remedy, values))


def _report(con: Connection, *, anything_new: bool) -> LoadReport:
    prefix = "" if anything_new else "previous_"
    return LoadReport(
        files=_loaded_files(con) if anything_new else (),
        orders=_count(con, f"{prefix}orders"),
        customers=_count(con, f"{prefix}customer_keys"),
    )


def _check_currency(con: Connection) -> None:
    found = _rows(
        con,
        "select currency from previous_orders where currency is not null"
        " union select currency from staged_orders where currency is not null order by currency",
    )
    if len(found) > 1:
        currencies = ", ".join(currency for (currency,) in found)
        raise DataError(
            f"the orders are in more than one currency: {currencies}",
            "keep one database per currency with --db, or one currency with [orders] where in wieder.toml",
        )


def _avoid_names(con: Connection) -> None:
    """Renames columns of the exports that are called like a column of ours: load -> export_load."""
    for table, reserved in ADDED.items():
        names = {name for name, *_ in _rows(con, f"describe {table}")}
        for name in names.intersection(reserved):
            free = f"export_{name}"
            while free in names:
                free = f"export_{free}"
            con.execute(f"alter table {table} rename {quote(name)} to {quote(free)}")


def _loaded_files(con: Connection) -> tuple[LoadedFile, ...]:
    names = [field.name for field in fields(Counts)]
    rows = _rows(
        con,
        f"select file, sha256, bytes, table_name, {', '.join(names)}"
        " from loads semi join this_load using (load) order by file",
    )
    return tuple(
        LoadedFile(
            file=file,
            sha256=sha256,
            bytes=size,
            table_name=table,
            counts=Counts(**dict(zip(names, counts, strict=True))),
        )
        for file, sha256, size, table, *counts in rows
    )


def _count(con: Connection, table: str) -> int:
    [(number,)] = _rows(con, f"select count(*) from {table}")
    return int(number)


def _rows(con: Connection, query: str) -> list[tuple[Any, ...]]:
    """All rows at once, so that no open result holds the connection."""
    return con.execute(query).fetchall()
