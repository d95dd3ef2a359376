"""The memory of notices: what this user has already read about a store."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wieder.notices import Notice

KEPT = 500
"""Number of notices that are remembered for a store; the oldest are forgotten."""


class ShownNotices:
    """The notices about one store that were shown to this user, as digests in a file of the user's cache.

    Without a writable cache nothing is remembered, and every notice is new.
    """

    def __init__(self, store: Path, cache: Path) -> None:
        name = sha256(os.fsencode(store.resolve())).hexdigest()
        self._file = cache / "wieder" / "notices" / f"{name[:32]}.txt"

    def is_new(self, notice: Notice) -> bool:
        """Whether the notice was not shown before with the same words; it is remembered from now on."""
        digest = sha256(f"{notice.slug}\n{notice.message}\n{notice.remedy}".encode()).hexdigest()
        known = self._known()
        if digest in known:
            return False
        self._keep([*known, digest])
        return True

    def _known(self) -> list[str]:
        try:
            return self._file.read_text("ascii").split()
        except (OSError, UnicodeDecodeError):
            return []

    def _keep(self, digests: list[str]) -> None:
        """Replace the file in one step. Two runs at once may forget a notice, which is then shown twice."""
        beside = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside.write_text("".join(f"{digest}\n" for digest in digests[-KEPT:]), "ascii")
            beside.replace(self._file)
        except OSError:
            return


def cache_folder() -> Path | None:
    """The user's folder for caches, by the XDG base directory specification; None without a home."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    if Path(named).is_absolute():
        return Path(named)
    home = os.environ.get("HOME", "")
    return Path(home) / ".cache" if Path(home).is_absolute() else None
