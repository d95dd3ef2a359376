"""One writer at a time: others queue on a lock file beside the database."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
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
    """Within it, no other process is inside `locked` for the same file.

    The lock is `PATH.lock`. It ends with its process, however that ends, and
    the file stays: removing it would let two writers in. Raises DataError after
    `wait_seconds`, and OSError if the lock file cannot be made.
    """
    lock = path.with_name(f"{path.name}.lock")
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _acquired(descriptor):
            notify(Notice("waiting-for-lock", f"another load is writing {path}; waiting for it to end"))
            _wait(descriptor, lock, wait_seconds)
        yield
    finally:
        os.close(descriptor)


def _wait(descriptor: int, lock: Path, wait_seconds: float) -> None:
    deadline = time.monotonic() + wait_seconds
    while not _acquired(descriptor):
        if time.monotonic() > deadline:
            raise DataError(
                f"{lock}: another load has held this lock for more than {wait_seconds:g} seconds",
                "wait until it has ended, then load again",
            )
        time.sleep(PAUSE_SECONDS)


def _acquired(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
