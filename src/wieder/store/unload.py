"""Undoing of a wrong load: the rows that it replaced are restored from the files of other loads."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING

from wieder.database import rows_of, script
from wieder.errors import DataError, UsageError, WiederError
from wieder.exports.customers import CUSTOMERS
from wieder.notices import Notice, discard
from wieder.store.file import no_database, redrafted
from wieder.store.merge import LoadStamp, drop_helpers, rebuild, replay
from wieder.store.merging import filled, notify_unresolved
from wieder.store.older import older_state
from wieder.store.report import LoadReport, report
from wieder.store.tables import make_tables, registry
from wieder.store.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.notices import Notify

FEW = 10
"""The most names of files in a message."""


@dataclass(frozen=True, kw_only=True)
class File:
    """One file of a load, as recorded in the store."""

    name: str
    sha256: str
    table_name: str
    rows_replaced: int

    @property
    def is_at_hand(self) -> bool:
        """Whether it is still in its place, with the same bytes."""
        path = Path(self.name)
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest() == self.sha256


@dataclass(frozen=True, kw_only=True)
class Load:
    """One load, with its files in the order in which they were read."""

    number: int
    loaded_at: datetime
    exported_at: datetime | None
    files: tuple[File, ...]
    is_undone: bool
    """Whether it was undone: only its account is left."""

    @property
    def tables(self) -> frozenset[str]:
        """The exports of its files."""
        return frozenset(file.table_name for file in self.files)

    def replaced(self, tables: Iterable[str]) -> int:
        """Number of rows in `tables` that its rows replaced, or that were known already."""
        return sum(file.rows_replaced for file in self.files if file.table_name in set(tables))


def unload(path: Path, number: int, settings: Settings, notify: Notify) -> LoadReport:
    """Undoes the load `number`: in one step, the store at `path` becomes as it would be without it.

    If the load replaced rows of other loads, or they replaced its rows, the other
    loads are repeated from their files, under the current settings. If one of
    these files is no longer at hand, only the rows of the load are removed; a
    notice lists the files to be loaded again, since rows may now be missing.
    Customers, orders and loads keep their numbers.
    Raises UsageError if there is no such load, and the errors of `load`.
    """
    if not path.exists():
        raise no_database(path)
    with redrafted(path, settings, notify) as draft:
        con, previous = draft.connection, draft.previous or ""
        history = _history(con, previous)
        load = _named(history, number)
        others = [one for one in history if one is not load and not one.is_undone]
        if not _is_entangled(load, others):
            _remove(con, previous, load)
        elif all(file.is_at_hand for one in others for file in one.files):
            _repeat(con, previous, others, settings)
            _notify_replay(load, others, notify)
        else:
            _remove(con, previous, load)
            _open_files(con, load, others, notify)
        notify_unresolved(con, registry().values(), notify)
        draft.is_whole = True
        return report(con, "loads order by load, file")


def _named(history: Sequence[Load], number: int) -> Load:
    for load in history:
        if load.number == number:
            return load
    known = ", ".join(str(load.number) for load in history) or "none"
    raise UsageError(f"there is no load {number}", f"`wieder loads` lists them: {known}")


def _history(con: Connection, previous: str) -> list[Load]:
    """All loads of the store, oldest first."""
    make_tables(con)
    with older_state(con, previous):
        rows = rows_of(con, script("store/files_of_loads"))
    files: dict[tuple[int, datetime, datetime | None, bool], list[File]] = {}
    for load, loaded_at, exported_at, is_undone, *file in rows:
        name, sha256, table_name, rows_replaced = file
        files.setdefault((load, loaded_at, exported_at, is_undone), []).append(
            File(name=name, sha256=sha256, table_name=table_name, rows_replaced=rows_replaced)
        )
    return [
        Load(
            number=load,
            loaded_at=loaded_at,
            exported_at=exported_at,
            files=tuple(its),
            is_undone=is_undone,
        )
        for (load, loaded_at, exported_at, is_undone), its in files.items()
    ]


def _is_entangled(load: Load, others: Sequence[Load]) -> bool:
    """Whether rows of other loads replaced rows of this one, or the reverse, or may have done so.

    Facts never replace each other, but this load may have been the first with a fact of a later one.
    """
    # Older versions did not count replaced customers.
    if CUSTOMERS.name in load.tables and any(CUSTOMERS.name in one.tables for one in others):
        return True
    keyed = {name for name, export in registry().items() if export.key or export.replaces}
    later = [one for one in others if one.number > load.number]
    return bool(load.replaced(load.tables & keyed) or sum(one.replaced(load.tables) for one in later))


def _remove(con: Connection, previous: str, load: Load) -> None:
    """Rebuilds the store from the rows of all other loads; an account of this one may remain."""
    rebuild(con, previous, load.number)
    for export in registry().values():
        if export.name in load.tables:
            placeholders = {
                "previous": f"{previous}.main",
                "table": f'"{export.name}"',
                "n_rows": "n_rows" if export.has_lines else "1",
                "amount": f'"{export.amount}"' if export.amount else "0",
            }
            parameters = {"table_name": export.name, "load": load.number}
            con.execute(filled("left_account", placeholders), parameters)
    left = rows_of(con, "select sha256 from loads where load = $load", {"load": load.number})
    if left:
        _add_facts(con, "taken_back", [str(load.number)])
        _add_facts(con, "open_file", [file.sha256 for file in load.files])


def _repeat(con: Connection, previous: str, loads: Sequence[Load], settings: Settings) -> None:
    """Repeats `loads`, one after the other; loads, customers and orders keep their numbers."""
    from wieder.ingest import read_exports  # noqa: PLC0415 - only needed if loads are repeated

    with older_state(con, previous):
        con.execute(script("store/former_numbers"))
    if not loads:
        replay(con, LoadStamp(loaded_at=None, number=0), Terms())
    for load in loads:
        names = [file.name for file in load.files]
        with _reading_again(load):
            read_exports(con, names, settings, None, discard)
        stamp = LoadStamp(loaded_at=load.loaded_at, number=load.number)
        replay(con, stamp, Terms(exported_at=load.exported_at))
    drop_helpers(con)
    con.execute(filled("accepted_again", {"previous": f"{previous}.main"}))
    _refuse_other_accounts(con, previous)


@contextmanager
def _reading_again(load: Load) -> Iterator[None]:
    """Adds to an error the load whose files are read again."""
    try:
        yield
    except WiederError as error:
        message = f"the files of load {load.number} cannot be read again: {error.message}"
        raise DataError(message, f"give the options of that load again; {error.remedy}") from error


def _refuse_other_accounts(con: Connection, previous: str) -> None:
    """Raises DataError if a file was read differently than in its load, because settings changed."""
    found = rows_of(con, filled("other_accounts", {"previous": f"{previous}.main"}))
    for load, file, before, now in found:
        raise DataError(
            f"{file} would be read differently than in load {load}: amounts of {now:,.2f}, not {before:,.2f},"
            " or other rows",
            "give the options of that load again, such as --map or --decimal; nothing was changed",
        )


def _open_files(con: Connection, load: Load, others: Sequence[Load], notify: Notify) -> None:
    """Allows the files of the other loads to be loaded again, and gives a notice that lists them."""
    files = [file for one in others for file in one.files if file.table_name in load.tables]
    _add_facts(con, "open_file", [file.sha256 for file in files])
    n_rows = load.replaced(load.tables)
    names = _listed([file.name for file in files])
    values = {"load": load.number, "n": n_rows, "names": names, "variant": "replaced" if n_rows else "later"}
    replaced = f"load {load.number} had replaced {n_rows:,} older rows, which are not in the store"
    later = f"load {load.number} may have replaced rows of other files, which are not in the store"
    message = f"{replaced if n_rows else later}: they are missing now"
    notify(Notice("states-not-kept", message, f"load these files again: {names}", values))


def _listed(names: Sequence[str]) -> str:
    different = list(dict.fromkeys(names))
    more = f" and {len(different) - FEW} more" if len(different) > FEW else ""
    return ", ".join(different[:FEW]) + more


def _notify_replay(load: Load, others: Sequence[Load], notify: Notify) -> None:
    n_files = sum(len(one.files) for one in others)
    files = "file was" if n_files == 1 else "files were"
    message = f"load {load.number} is undone: {n_files:,} other {files} read again for this"
    notify(Notice("load-replayed", message, values={"load": load.number, "n": n_files}))


def _add_facts(con: Connection, key: str, values: Sequence[str]) -> None:
    """Adds facts to `meta`, each once."""
    facts = {"key": key, "values": list(values)}
    con.execute("delete from meta where key = $key and list_contains($values::VARCHAR[], value)", facts)
    con.execute("insert into meta select distinct $key, unnest($values::VARCHAR[])", facts)
