"""One door for every analysis: the exports that were named, or else the database."""

from __future__ import annotations

from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from wieder.database import Connection, connect
from wieder.ingest import read_exports
from wieder.store import merge, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wieder.config import Settings
    from wieder.notices import Notify

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of a load that nobody keeps, so that the same files give the same tables."""


@contextmanager
def open_shop(
    files: Sequence[str], settings: Settings, stdin: BinaryIO | None, notify: Notify
) -> Iterator[Connection]:
    """The canonical tables of `files`, in memory; given no files, those of the database in `settings.db`.

    The database is read-only; temporary tables can be made in both. Raises
    DataError for an export or a database that cannot be used.
    """
    with closing(_read(files, settings, stdin, notify) if files else open_store(Path(settings.db))) as con:
        yield con


def _read(files: Sequence[str], settings: Settings, stdin: BinaryIO | None, notify: Notify) -> Connection:
    con = connect()
    try:
        read_exports(con, files, settings, stdin, notify)
        merge(con, EPOCH, settings=settings, notify=notify)
    except BaseException:
        con.close()
        raise
    return con
