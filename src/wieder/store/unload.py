"""A wrong load is taken back: what it replaced comes back from the files of the others."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING

from wieder.database import rows_of, script
from wieder.errors import DataError, UsageError, WiederError
from wieder.exports.customers import CUSTOMERS
from wieder.notices import Notice, unheard
from wieder.store.file import no_database, redrafted
from wieder.store.merge import Moment, drop_helpers, rebuild, replay
from wieder.store.merging import filled, tell_about_unresolved
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
"""So many names of files are told at most."""


@dataclass(frozen=True, kw_only=True)
class File:
    """One file of a load, as the store remembers it."""

    name: str
    sha256: str
    table_name: str
    rows_replaced: int

    @property
    def is_at_hand(self) -> bool:
        """Whether it is still where it was, and the same to the byte."""
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
    is_taken_back: bool
    """Whether only its account is left of it."""

    @property
    def tables(self) -> frozenset[str]:
        """The exports that it has files of."""
        return frozenset(file.table_name for file in self.files)

    def replaced(self, tables: Iterable[str]) -> int:
        """How many rows gave way to its rows in `tables`, or were known already."""
        return sum(file.rows_replaced for file in self.files if file.table_name in set(tables))


def unload(path: Path, number: int, settings: Settings, notify: Notify) -> LoadReport:
    """Takes the load `number` back: the store at `path` becomes what it would be without it, in one step.

    Where rows of other loads gave way to those of this one, or the other way
    round, these others are done again from their files, under the present
    settings. Where a file is not at hand any more, the rows of the load are taken
    away, and what is then missing is said; files that may have it can be loaded
    again. Customers, orders and loads keep their numbers.
    Raises UsageError if there is no such load, and what `load` raises.
    """
    if not path.exists():
        raise no_database(path)
    with redrafted(path, settings, notify) as draft:
        con, previous = draft.connection, draft.previous or ""
        history = _history(con, previous)
        load = _named(history, number)
        others = [one for one in history if one is not load and not one.is_taken_back]
        if not _is_entangled(load, others):
            _remove(con, previous, load)
        elif all(file.is_at_hand for one in others for file in one.files):
            _do_again(con, previous, others, settings)
            _tell_about_replay(load, others, notify)
        else:
            _remove(con, previous, load)
            _open_files(con, load, others, notify)
        tell_about_unresolved(con, registry().values(), notify)
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
    for load, loaded_at, exported_at, is_taken_back, *file in rows:
        name, sha256, table_name, rows_replaced = file
        files.setdefault((load, loaded_at, exported_at, is_taken_back), []).append(
            File(name=name, sha256=sha256, table_name=table_name, rows_replaced=rows_replaced)
        )
    return [
        Load(
            number=load,
            loaded_at=loaded_at,
            exported_at=exported_at,
            files=tuple(its),
            is_taken_back=is_taken_back,
        )
        for (load, loaded_at, exported_at, is_taken_back), its in files.items()
    ]


def _is_entangled(load: Load, others: Sequence[Load]) -> bool:
    """Whether rows of other loads gave way to rows of this one, or may have done so.

    Facts never replace others: the load itself may only have held them first.
    """
    # Older versions did not count the customers that gave way.
    if CUSTOMERS.name in load.tables and any(CUSTOMERS.name in one.tables for one in others):
        return True
    keyed = {name for name, export in registry().items() if export.key or export.replaces}
    later = [one for one in others if one.number > load.number]
    return bool(load.replaced(load.tables & keyed) or sum(one.replaced(load.tables) for one in later))


def _remove(con: Connection, previous: str, load: Load) -> None:
    """Makes the store of the rows of all other loads; of this one an account may remain."""
    rebuild(con, previous, load.number)
    for export in registry().values():
        if export.name in load.tables:
            placeholders = {
                "previous": f"{previous}.main",
                "table": f'"{export.name}"',
                "n_rows": "n_rows" if export.has_lines else "1",
                "amount": f'"{export.amount}"' if export.amount else "0",
            }
            told = {"table_name": export.name, "load": load.number}
            con.execute(filled("left_account", placeholders), told)
    left = rows_of(con, "select sha256 from loads where load = $load", {"load": load.number})
    if left:
        _note(con, "taken_back", [str(load.number)])
        _note(con, "open_file", [file.sha256 for file in load.files])


def _do_again(con: Connection, previous: str, loads: Sequence[Load], settings: Settings) -> None:
    """Does `loads` again, one after the other, as they were; customers and orders get their old numbers."""
    from wieder.ingest import read_exports  # noqa: PLC0415 - questions to the database do without

    with older_state(con, previous):
        con.execute(script("store/former_numbers"))
    if not loads:
        replay(con, Moment(loaded_at=None, number=0), Terms())
    for load in loads:
        names = [file.name for file in load.files]
        with _reading_again(load):
            read_exports(con, names, settings, None, unheard)
        replay(con, Moment(loaded_at=load.loaded_at, number=load.number), Terms(exported_at=load.exported_at))
    drop_helpers(con)
    con.execute(filled("accepted_again", {"previous": f"{previous}.main"}))
    _refuse_other_accounts(con, previous)


@contextmanager
def _reading_again(load: Load) -> Iterator[None]:
    """Within it, an error says for which load files are read again."""
    try:
        yield
    except WiederError as error:
        message = f"the files of load {load.number} cannot be read again: {error.message}"
        raise DataError(message, f"give the options of that load again; {error.remedy}") from error


def _refuse_other_accounts(con: Connection, previous: str) -> None:
    """Raises DataError if a file was read otherwise than in its load, under other settings."""
    found = rows_of(con, filled("other_accounts", {"previous": f"{previous}.main"}))
    for load, file, before, now in found:
        raise DataError(
            f"{file} would be read otherwise than in load {load}: amounts of {now:,.2f}, not {before:,.2f},"
            " or other rows",
            "give the options of that load again, such as --map or --decimal; nothing was changed",
        )


def _open_files(con: Connection, load: Load, others: Sequence[Load], notify: Notify) -> None:
    """Lets the files of the other loads be loaded again, and says that they should be."""
    files = [file for one in others for file in one.files if file.table_name in load.tables]
    _note(con, "open_file", [file.sha256 for file in files])
    n_rows = load.replaced(load.tables)
    names = _listed([file.name for file in files])
    values = {"load": load.number, "n": n_rows, "names": names, "variant": "replaced" if n_rows else "later"}
    replaced = f"load {load.number} had replaced {n_rows:,} older rows, which the store does not keep"
    later = f"rows of other files may have given way to load {load.number}, which the store does not keep"
    message = f"{replaced if n_rows else later}: they are missing now"
    notify(Notice("states-not-kept", message, f"load these files again: {names}", values))


def _listed(names: Sequence[str]) -> str:
    different = list(dict.fromkeys(names))
    more = f" and {len(different) - FEW} more" if len(different) > FEW else ""
    return ", ".join(different[:FEW]) + more


def _tell_about_replay(load: Load, others: Sequence[Load], notify: Notify) -> None:
    n_files = sum(len(one.files) for one in others)
    files = "file was" if n_files == 1 else "files were"
    message = f"load {load.number} is taken back: {n_files:,} other {files} read again for it"
    notify(Notice("load-replayed", message, values={"load": load.number, "n": n_files}))


def _note(con: Connection, key: str, values: Sequence[str]) -> None:
    """Adds facts to `meta`, each once."""
    told = {"key": key, "values": list(values)}
    con.execute("delete from meta where key = $key and list_contains($values::VARCHAR[], value)", told)
    con.execute("insert into meta select distinct $key, unnest($values::VARCHAR[])", told)
