"""Merge of all exports into the store: staged tables -> the tables of the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from wieder.database import Connection, quote, rows_of, script
from wieder.errors import DataError
from wieder.exports.base import CUSTOMER_ID, CUSTOMER_KEY
from wieder.notices import Notice, discard
from wieder.store.drift import refuse_drift
from wieder.store.merging import filled, merge_export, notify_unresolved, staged_files_of
from wieder.store.older import older_state
from wieder.store.report import Counts, LoadedFile, LoadReport, count, report
from wieder.store.tables import (
    STORE_VERSION,
    added,
    columns_of,
    columns_sql,
    first_key,
    further,
    make_tables,
    registry,
)
from wieder.store.terms import NO_TERMS, Terms, refuse_other_totals

if TYPE_CHECKING:
    from datetime import datetime

    from wieder.config import Settings
    from wieder.exports.base import Export
    from wieder.notices import Notify

__all__ = ["STORE_VERSION", "Counts", "LoadReport", "LoadedFile", "merge"]

STAGED = ("staged_files", "staged_rejects", "staged_layouts")
HELPERS = ("row_figures", "staged_profiles", "file_times", "file_accounts", "this_load")
FORMER = ("former_customer_keys", "former_orders")
"""The numbers that customers and orders had before a load was undone; empty otherwise."""
LOADED = "loads semi join this_load using (load) order by file"


@dataclass(frozen=True, kw_only=True)
class LoadStamp:
    """The time and the number of a load."""

    loaded_at: datetime | None
    """UTC if it has no time zone; None if nothing is loaded."""
    number: int | None = None
    """None for the next number."""


def merge(
    con: Connection,
    loaded_at: datetime,
    previous: str | None = None,
    *,
    settings: Settings | None = None,
    terms: Terms = NO_TERMS,
    notify: Notify = discard,
) -> LoadReport:
    """Moves the staged tables of `con` into the tables of its store.

    The older state is in the attached database `previous`, or else in the tables
    of `con`, if there are any. For rows with a key, the newest state is kept;
    equal facts are kept once. A `loaded_at` without a time zone is UTC. Nothing
    is written if no file was staged. Not atomic: `store.load` works on a new
    file. Raises DataError if amounts would be in more than one currency, if the
    files do not meet the `terms`, or, given `settings`, if their meaning changed.
    """
    make_tables(con)
    _stage_missing(con)
    with older_state(con, previous):
        anything_new = count(con, "staged_files") > 0
        if anything_new:
            refuse_other_totals(con, terms)
            _profile(con)
            if settings is not None:
                refuse_drift(con, settings, notify)
            merge_staged(con, LoadStamp(loaded_at=loaded_at), terms, notify)
            notify_unresolved(con, registry().values(), notify)
            result = report(con, LOADED)
        else:
            result = _unchanged(con)
    drop_helpers(con)
    return result


def replay(con: Connection, stamp: LoadStamp, terms: Terms) -> None:
    """Repeats the load of `stamp` from the staged tables of `con`, without comparing it with earlier ones."""
    make_tables(con)
    _stage_missing(con)
    with older_state(con, None):
        _profile(con)
        merge_staged(con, stamp, terms, discard)
    drop_helpers(con, but=FORMER)


def rebuild(con: Connection, previous: str, without: int) -> None:
    """Copies the tables of the database `previous` to `con`, except the rows of the load `without`."""
    make_tables(con)
    _stage_missing(con)
    with older_state(con, previous, without):
        _profile(con)
        merge_staged(con, LoadStamp(loaded_at=None, number=0), NO_TERMS, discard)
    drop_helpers(con)


def _unchanged(con: Connection) -> LoadReport:
    """The report of a load that changed nothing: row counts of the older state."""
    others = {
        export.name: n_rows
        for export in further()
        if (n_rows := count(con, quote(f"previous_{export.name}")))
    }
    return LoadReport(
        files=(),
        orders=count(con, "previous_orders"),
        customers=count(con, "previous_customer_keys"),
        further=others,
    )


def _stage_missing(con: Connection) -> None:
    """Creates the staged tables of exports that were not read, empty."""
    for export in registry().values():
        table = quote(f"staged_{export.name}")
        con.execute(f"create temp table if not exists {table} ({columns_sql(export.staged)})")
    con.execute(script("ingest/staged_tables").format(create="create temp table if not exists"))
    con.execute(script("store/nothing_staged"))


def drop_helpers(con: Connection, but: tuple[str, ...] = ()) -> None:
    """Drops the temporary tables and views of a merge, except those in `but`."""
    kinds = ("staged", "replaced", "fresh")
    further = [f"{kind}_{name}" for kind in kinds for name in registry()]
    temporary = dict(
        rows_of(
            con, "select table_name, table_type from information_schema.tables where table_catalog = 'temp'"
        )
    )
    for name in {*STAGED, *HELPERS, *FORMER, *further} - {*but}:
        if name in temporary:
            con.execute(f"drop {'view' if temporary[name] == 'VIEW' else 'table'} temp.{quote(name)}")


def _profile(con: Connection) -> None:
    """Makes `staged_profiles`: the profiles of the staged files."""
    con.execute(script("store/row_figures_table"))
    for export in registry().values():
        if staged_files_of(con, export):
            con.execute(filled("row_figures", _figures(export)))
    con.execute(script("store/staged_profiles"))


def _figures(export: Export) -> dict[str, str]:
    """Placeholders of `row_figures`: the columns by which files are compared.

    The keys of a customer export are not compared: it is not a sample of those who buy.
    """
    first = first_key(export)
    has_customers = export.has(CUSTOMER_ID) and export.key != (CUSTOMER_ID,)
    return {
        "staged": quote(f"staged_{export.name}"),
        "day": quote(export.day) if export.day else "cast(null as DATE)",
        "amount": quote(export.amount) if export.amount else "cast(null as DECIMAL(18, 4))",
        "currency": "currency" if export.has("currency") else "cast(null as VARCHAR)",
        "first_key": quote(first) if first else "cast(null as VARCHAR)",
        "customer_key": CUSTOMER_KEY if has_customers else "cast(null as VARCHAR)",
    }


def merge_staged(con: Connection, stamp: LoadStamp, terms: Terms, notify: Notify) -> None:
    """Creates all tables of the store anew, from the older state and the staged tables.

    Needs `staged_profiles`. Raises DataError if amounts would be in more than one currency.
    """
    _check_currency(con, notify)
    for export in registry().values():
        _avoid_names(con, export)
    [(last_load, last_customer, last_order_index)] = rows_of(con, script("store/last_numbers"))
    times = {"loaded_at": _utc(stamp.loaded_at), "exported_at": terms.exported_at}
    con.execute(script("store/merge_begin"), times | {"number": stamp.number, "last_load": last_load})
    con.execute(filled("merge_keys", {"last_customer": str(last_customer)}))
    for export in registry().values():
        merge_export(con, export, terms, last_order_index, notify)
    has_lines = ", ".join(f"'{export.name}'" for export in registry().values() if export.has_lines)
    con.execute(filled("merge_loads", {"has_lines": has_lines}))
    last = {"last_load": last_load, "last_customer": last_customer, "last_order_index": last_order_index}
    con.execute(script("store/merge_meta"), {"version": STORE_VERSION, **last})


def _utc(time: datetime | None) -> datetime | None:
    return time.astimezone(UTC).replace(tzinfo=None) if time and time.tzinfo else time


def _check_currency(con: Connection, notify: Notify) -> None:
    """Raises DataError for several currencies; gives a notice for each export that names none."""
    of_all = " union ".join(
        f"select distinct currency, '{name}' as export from {quote(f'{state}_{name}')}"
        for name, export in registry().items()
        if export.has("currency")
        for state in ("previous", "staged")
    )
    found = rows_of(con, f"from ({of_all}) order by currency, export")
    named = {export: currency for currency, export in found if currency is not None}
    currencies = dict.fromkeys(currency for currency, _ in found if currency is not None)
    if len(currencies) > 1:
        owners = [name for name in registry() if name in named]
        remedy = (
            "keep one database per currency with --db, or one currency with [orders] where in wieder.toml"
            if owners == ["orders"]
            else f"keep one: --currency {next(iter(currencies))}; to convert the others, add --rates FILE"
        )
        raise DataError(
            f"the {' and '.join(owners)} are in more than one currency: {', '.join(currencies)}", remedy
        )
    for export in sorted({export for currency, export in found if currency is None} - named.keys()):
        for other, currency in sorted(named.items()):
            message = f"{export}: no currency is named; amounts count as {currency}, as in {other}"
            notify(
                Notice(
                    "currency-not-named",
                    message,
                    f"confirm this with --currency {currency}",
                    values={"export": export, "other": other, "currency": currency},
                )
            )


def _avoid_names(con: Connection, export: Export) -> None:
    """Renames columns of an export that have the name of a column of the store: load -> export_load."""
    table = quote(f"staged_{export.name}")
    names = set(columns_of(con, table))
    for name in sorted(names & added(export)):
        free = f"export_{name}"
        while free in names:
            free = f"export_{free}"
        con.execute(f"alter table {table} rename {quote(name)} to {quote(free)}")
