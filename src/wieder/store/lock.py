"""Locks for one writer at a time: a lock file beside the database, or the folder of a report."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.errors import DataError
from wieder.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wieder.notices import Notify

WAIT_SECONDS = 60.0
PAUSE_SECONDS = 0.05


@contextmanager
def locked(path: Path, notify: Notify, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Excludes all other processes from `locked` for the same file.

    The lock is on `PATH.lock`. It is released when its process ends, even if that
    is killed. The lock file stays beside the file that it guards, and is removed if there
    is none. Raises DataError after `wait_seconds`, and OSError if it cannot be created.
    """
    lock = path.with_name(f"{path.name}.lock")
    with _locked(lock, _Wait(holder="load", place=path, seconds=wait_seconds, notify=notify)):
        try:
            yield
        finally:
            if not path.exists():
                with suppress(OSError):
                    lock.unlink()


@contextmanager
def _locked(lock: Path, wait: _Wait) -> Iterator[None]:
    """Within it, this process holds the lock on the file that is at `lock`.

    Its former holder may have removed the file that this process waited for, and
    another process may hold a new one: then it is that one which must be waited for.
    """
    while True:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with _held(descriptor, lock, wait):
            if _is_at(descriptor, lock):
                yield
                return


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether the open file is still the one at `path`."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


@contextmanager
def folder_locked(folder: Path, notify: Notify, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Excludes all other processes from `folder_locked` for the same folder.

    The lock is on the folder itself, so that no file is left beside the reports
    in it. Raises DataError after `wait_seconds`, and OSError if there is no such
    folder, or if its file system does not support such locks.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    with _held(descriptor, folder, _Wait(holder="report", place=folder, seconds=wait_seconds, notify=notify)):
        yield


@dataclass(frozen=True, kw_only=True)
class _Wait:
    """A wait for a lock."""

    holder: str
    """The command that has the lock: load or report."""
    place: Path
    """The file or folder that it writes."""
    seconds: float
    """The longest wait."""
    notify: Notify


@contextmanager
def _held(descriptor: int, lock: Path, wait: _Wait) -> Iterator[None]:
    try:
        if not _acquired(descriptor):
            message = f"another {wait.holder} is writing {wait.place}; waiting for it to end"
            wait.notify(Notice("waiting-for-lock", message))
            _wait(descriptor, lock, wait)
        yield
    finally:
        os.close(descriptor)


def _wait(descriptor: int, lock: Path, wait: _Wait) -> None:
    deadline = time.monotonic() + wait.seconds
    while not _acquired(descriptor):
        if time.monotonic() > deadline:
            raise DataError(
                f"{lock}: another {wait.holder} has held this lock for more than {wait.seconds:g} seconds",
                f"wait for it to end, then {wait.holder} again",
            )
        time.sleep(PAUSE_SECONDS)


def _acquired(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
