"""The data of an analysis: the exports that were named, or else the database."""

from __future__ import annotations

from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

from wieder.database import Connection, connect, spill
from wieder.errors import OutputError
from wieder.store.file import merge, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wieder.config import Settings
    from wieder.notices import Notify

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Time of a load in memory: constant, so that the same files give the same tables."""


@contextmanager
def open_shop(
    files: Sequence[str], settings: Settings, stdin: BinaryIO | None, notify: Notify
) -> Iterator[Connection]:
    """The canonical tables of `files`, in memory; without files, those of the database in `settings.db`.

    The database is read-only; temporary tables can be created in both cases.
    Raises DataError for an export or a database that cannot be used.
    """
    if not files:
        with closing(open_store(Path(settings.db))) as con:
            yield con
        return
    from wieder.ingest import read_exports  # noqa: PLC0415 - not needed for a database

    with _temporary_folder() as folder, closing(connect()) as con:
        spill(con, folder)
        read_exports(con, files, settings, stdin, notify)
        merge(con, EPOCH, settings=settings, notify=notify)
        yield con


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    """A temporary folder that only its owner can access. Raises OutputError if it cannot be created."""
    try:
        folder = TemporaryDirectory(prefix="wieder-")
    except OSError as error:
        raise OutputError(
            f"{error.filename}: a temporary folder could not be made ({error.strerror})",
            "free some space, or set TMPDIR to a folder on another disk",
        ) from error
    with folder as path:
        yield Path(path)
