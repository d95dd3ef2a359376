"""Running whole processes, and their cost as reported by the kernel."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

KIBIBYTE = 1024


@dataclass(frozen=True, kw_only=True)
class Cost:
    """The cost of one process from start to end."""

    wall_seconds: float
    cpu_seconds: float
    """User and system time of all threads."""
    peak_bytes: int
    """Largest resident set; never below that of the parent process."""


def run(command: Sequence[str | Path], errors: Path) -> Cost:
    """Run `command` to its end; stdout is discarded, stderr is written to `errors`.

    Raises SystemExit with the content of stderr if the command fails.
    """
    arguments = [str(part) for part in command]
    actions = [
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0o644),
        (os.POSIX_SPAWN_OPEN, 2, str(errors), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644),
    ]
    begin = time.perf_counter()
    process = os.posix_spawn(arguments[0], arguments, os.environ, file_actions=actions)
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - begin
    if status:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{errors.read_text('utf-8')}")
    return Cost(
        wall_seconds=wall,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_bytes=usage.ru_maxrss * (1 if sys.platform == "darwin" else KIBIBYTE),
    )
