"""The DuckDB file: written anew beside the old one and swapped in, so that a load is all or nothing."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import duckdb

from wieder.database import Connection, connect, frame, quote, script, spill
from wieder.errors import DataError, OutputError
from wieder.store.checksums import record_tables, refuse_changes, refuse_lost_rows
from wieder.store.lock import locked
from wieder.store.merge import LoadReport, merge
from wieder.store.older import make_readable
from wieder.store.place import place_orders
from wieder.store.tables import STORE_VERSION, tables_in
from wieder.store.terms import NO_TERMS, Terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    import polars as pl

    from wieder.config import Settings
    from wieder.notices import Notify

__all__ = ["LoadReport", "load", "load_history", "merge", "open_store"]

NECESSARY = ("meta", "customer_keys", "orders", "customers", "loads", "rejects")
"""Tables that every database of wieder has."""

MAGIC = b"DUCK"
MAGIC_OFFSET = 8
DAMAGED = ("Corrupt database file", "Could not read")
"""Parts of DuckDB's messages where the old database, not the new one, is the problem."""
UNWRITABLE = "Could not write"
"""Part of DuckDB's message where a commit fails because of the disk; its class is that of a failed commit."""


def load(  # noqa: PLR0917  (a load depends on all of them)
    path: Path,
    sources: Sequence[str],
    settings: Settings,
    stdin: BinaryIO | None,
    loaded_at: datetime,
    notify: Notify,
    terms: Terms = NO_TERMS,
) -> LoadReport:
    """Adds exports to the database at `path`, which is created if it does not exist.

    Files that were loaded before are skipped, unless the `terms` give another
    time of export. If nothing is new, the database is not touched. Otherwise it
    is replaced in one step, and open connections continue to read the old one. A
    newer state of an order replaces the stored one; an order that is missing from
    an export is not deleted.
    Raises DataError for an export or a database that cannot be used, and for
    exports that do not meet the `terms` or whose meaning changed; OutputError if
    the new database cannot be written. The old one is then unchanged.
    """
    from wieder.ingest import read_exports  # noqa: PLC0415 - not needed to query a database

    with redrafted(path, settings, notify) as draft:
        con, previous = draft.connection, draft.previous
        read_exports(con, sources, settings, stdin, notify, _known_files(con, previous, terms))
        report = merge(con, loaded_at, previous, settings=settings, terms=terms, notify=notify)
        draft.is_whole = bool(report.files)
    return report


@dataclass(kw_only=True)
class Draft:
    """A new version of the store that is not yet in place."""

    connection: Connection
    """To the new database, with the old one attached."""
    previous: str | None
    """The name under which the old one is attached; None if there is none."""
    is_whole: bool = False
    """Whether it is complete and should replace the old one."""


@contextmanager
def redrafted(path: Path, settings: Settings, notify: Notify) -> Iterator[Draft]:
    """A draft of the store at `path`, which replaces it in one step if it is whole at the end.

    Only one process at a time drafts the same store. Raises DataError for a
    database that cannot be used or that another program has changed, OutputError
    if the new one cannot be written.
    """
    target = path.resolve()
    _refuse_other_files(target)
    with _explained(target), locked(target, notify), _scratch_folder(target) as folder:
        file = folder / "store.duckdb"
        with closing(connect(file)) as con:
            spill(con, folder / "spill")
            draft = Draft(connection=con, previous=_attach(con, target) if target.exists() else None)
            yield draft
            if draft.is_whole:
                place_orders(con, settings)
                record_tables(con)
            con.execute("checkpoint")
        if draft.is_whole:
            _swap_in(file, target)


def open_store(path: Path) -> Connection:
    """A read-only connection to the database at `path` as it is now: later loads do not change it.

    DuckDB shares open files within a process: as long as this connection is open,
    opening the database again in the same process gives the same state.
    Every export can be selected from by its name, also in a database that an
    older version made. Raises DataError if there is no database, if it is damaged
    or not made by wieder, if a newer version made it, or if its row counts are
    not those that were loaded.
    """
    if not path.exists():
        raise no_database(path)
    _refuse_other_files(path)
    with _readable(path), ExitStack() as stack:
        con = stack.enter_context(connect(path, read_only=True))
        [(name,)] = con.execute("select current_database()").fetchall()
        _check_version(con, name, path)
        refuse_lost_rows(con, name, path)
        make_readable(con, name)
        stack.pop_all()
    return con


def no_database(path: Path) -> DataError:
    """The error for a database that does not exist."""
    return DataError(
        f"{path}: there is no database yet", "run `wieder load FILE...` first, or name the files"
    )


def load_history(con: Connection) -> pl.DataFrame:
    """One row per load and file, oldest first: the columns of `loads`."""
    return frame(con, "from loads order by load, file")


def _refuse_other_files(path: Path) -> None:
    """Raises DataError if there is something at `path` other than a DuckDB file."""
    if path.is_dir():
        raise DataError(
            f"{path}: this is a folder, not a database", "name a file with --db, such as wieder.duckdb"
        )
    if not path.exists():
        return
    try:
        with path.open("rb") as file:
            start = file.read(MAGIC_OFFSET + len(MAGIC))
    except OSError as error:
        raise _cannot_be_read(path, error) from error
    if start[MAGIC_OFFSET:] != MAGIC:
        raise _not_ours(path)


def _attach(con: Connection, target: Path) -> str:
    """Attaches the database at `target`, read-only; returns its name in `con`."""
    _refuse_unfinished(target)
    name = "previous"
    with _readable(target):
        con.execute(f"attach $path as {name} (read_only)", {"path": str(target)})
        _check_version(con, name, target)
        refuse_changes(con, name, target)
    return name


def _known_files(con: Connection, previous: str | None, terms: Terms) -> frozenset[str]:
    """The sha256 of every file that was loaded before, unless the terms give another time of export."""
    if previous is None:
        return frozenset()
    query = script("store/known_files").format(previous=previous)
    rows = con.execute(query, {"exported_at": terms.exported_at}).fetchall()
    return frozenset(sha256 for (sha256,) in rows)


def _refuse_unfinished(target: Path) -> None:
    """Raises DataError if another program wrote to the database and has not finished.

    Its changes are in a log beside the file, which would outlive the swap.
    """
    if target.with_name(f"{target.name}.wal").exists():
        raise DataError(
            f"{target}: another program has changed the database, and its changes are not in the file yet",
            "close that program, or open the database with duckdb and run CHECKPOINT",
        )


def _check_version(con: Connection, database: str, path: Path) -> None:
    if not set(NECESSARY) <= tables_in(con, database):
        raise _not_ours(path)
    versions = con.execute(
        f"select try_cast(value as INTEGER) from {quote(database)}.main.meta where key = 'store_version'"
    ).fetchall()
    if len(versions) != 1 or versions[0][0] is None:
        raise _not_ours(path)
    if versions[0][0] > STORE_VERSION:
        raise DataError(
            f"{path}: store version {versions[0][0]} is newer than this wieder, which reads {STORE_VERSION}",
            "upgrade with `pip install --upgrade wieder`, or load the exports into another file with --db",
        )


def _not_ours(path: Path) -> DataError:
    return DataError(
        f"{path}: this is not a database made by wieder, and is left unchanged",
        "name another database with --db wieder.duckdb; exports are given as FILE arguments",
    )


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turns an error of DuckDB into a DataError: the database at `path` cannot be read."""
    try:
        yield
    except duckdb.Error as error:
        raise _cannot_be_read(path, error) from error


OPEN_ELSEWHERE = re.compile(r"Could not set lock on file .*?(?:\(PID (\d+)\)|$)")
"""Message of DuckDB for a database that another process has opened for writing."""


def _cannot_be_read(path: Path, error: Exception) -> DataError:
    reason = str(error).splitlines()[0]
    if locked_by := OPEN_ELSEWHERE.search(reason):
        process = f" (process {locked_by[1]})" if locked_by[1] else ""
        return DataError(
            f"{path} is open in another program{process}", "close it there, or wait, and run this again"
        )
    return DataError(
        f"{path}: the database cannot be read ({reason})",
        "upgrade wieder if a newer version made it; load the exports into a new file if it is damaged",
    )


@contextmanager
def _scratch_folder(target: Path) -> Iterator[Path]:
    """A folder beside `target` for unfinished files, which only its owner can access.

    It is on the same disk, so that the result can be swapped in. The folder of a
    killed run is removed first: the caller holds the lock, so it is not in use.
    """
    folder = target.with_name(f".{target.name}.unfinished")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _swap_in(draft: Path, target: Path) -> None:
    """Replaces `target` by `draft`, durably: the result survives a power failure right after."""
    draft.chmod(0o600)
    _sync(draft)
    draft.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _explained(target: Path) -> Iterator[None]:
    """Turns errors of the disk and of DuckDB during a load into errors with a remedy."""
    try:
        yield
    except OSError as error:
        raise _cannot_be_written(target, error.strerror or str(error)) from error
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        if any(sign in reason for sign in DAMAGED):
            raise _cannot_be_read(target, error) from error
        if isinstance(error, (duckdb.IOException, duckdb.OutOfMemoryException)) or UNWRITABLE in reason:
            raise _cannot_be_written(target, reason) from error
        raise


def _cannot_be_written(target: Path, reason: str) -> OutputError:
    return OutputError(
        f"{target}: the database could not be written ({reason}); nothing was changed",
        "check that the folder exists, is writable, and has room for a second copy of the database",
    )
