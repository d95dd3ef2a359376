"""Measure the path from an order in an export to a tile of the page: `python tests/spine.py`.

Runs `wieder report orders.csv customers.csv -o r.html` on the sample shop, within this process, and
watches every call of a Python function. It prints

* the **files** of the package in which the run calls a function. Calls during the import of a module (its
  own lines, and functions that these lines call) do not count, nor does generated code, such as the
  `__init__` of a dataclass.
* a **walk** for each end of the pipe: `--read` names the function that reads the rows of an export and
  stages them as orders, `--show` the one that builds a tile. A walk consists of the functions of the package
  on the stack when such a function is entered for the first time, from the function of the command down.
  Calls of libraries between them, comprehensions and lambdas are not steps. Its **calls** are its
  functions without the one of the command, its files those of its functions, each once.
* the **spine**: the files of both walks, each once, and the calls of the longer one.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections import Counter
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field
from inspect import CO_OPTIMIZED
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import wieder
from outcomes import SAMPLE
from wieder.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import CodeType, FrameType

PACKAGE = Path(wieder.__file__).parent
COMMAND, READ, SHOW = "report", "_insert", "_tile"

Step = tuple[str, str]
"""A function: its file within the package, and its name."""


@dataclass(frozen=True, kw_only=True)
class Spine:
    """Calls recorded during a run."""

    files: frozenset[str]
    """Files of the package with a called function."""
    walks: dict[str, tuple[Step, ...]]
    """The steps down to each watched function that was called, including the function itself."""

    @property
    def spine(self) -> tuple[str, ...]:
        """The files of all walks, in order."""
        return files_of([step for walk in self.walks.values() for step in walk])

    @property
    def calls(self) -> int:
        """The calls of the longest walk."""
        return max((len(walk) - 1 for walk in self.walks.values()), default=0)


@dataclass
class Watch:
    """Records calls; each piece of code is inspected only once."""

    command: str
    wanted: Sequence[str]
    files: set[str] = field(default_factory=set)
    walks: dict[str, tuple[Step, ...]] = field(default_factory=dict)
    seen: set[CodeType] = field(default_factory=set)

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event == "call" and code not in self.seen and not self._is_elsewhere(code):
            self._note(frame, code)

    def _is_elsewhere(self, code: CodeType) -> bool:
        if file_of(code):
            return False
        self.seen.add(code)
        return True

    def _note(self, frame: FrameType, code: CodeType) -> None:
        stack = list(frames(frame))
        if any(not outer.f_code.co_flags & CO_OPTIMIZED and file_of(outer.f_code) for outer in stack):
            return  # a module is imported
        self.seen.add(code)
        self.files.add(file_of(code))
        if code.co_name in self.wanted:
            self.walks.setdefault(code.co_name, self._walk(stack))

    def _walk(self, stack: Sequence[FrameType]) -> tuple[Step, ...]:
        steps = [(file_of(outer.f_code), outer.f_code.co_name) for outer in reversed(stack)]
        steps = [(file, name) for file, name in steps if file and not name.startswith("<")]
        names = [name if file.startswith("cli/") else "" for file, name in steps]
        return tuple(steps[names.index(self.command) :] if self.command in names else steps)


def file_of(code: CodeType) -> str:
    """Return the file of a piece of code in the package; empty for code outside it."""
    path = Path(code.co_filename)
    return path.relative_to(PACKAGE).as_posix() if path.is_relative_to(PACKAGE) else ""


def frames(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield a frame and its callers."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def files_of(steps: Sequence[Step]) -> tuple[str, ...]:
    """Return the files of steps, each at its first position."""
    return tuple(dict.fromkeys(file for file, _ in steps))


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Report the calls of this thread, and of threads started in the block, to `watch`."""
    before = sys.getprofile()
    threading.setprofile(watch)
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(before)
        threading.setprofile(None)


def trace(
    exports: Sequence[Path], command: str = COMMAND, wanted: Sequence[str] = (READ, SHOW), *more: str
) -> Spine:
    """Run the command on exports, with `more` arguments, and watch. Raises RuntimeError if it fails."""
    watch = Watch(command=command, wanted=wanted)
    typed = ["wieder", command, *map(str, exports), "-o", "r.html", *more]
    arguments, sys.argv = sys.argv, typed
    on_closed_pipe = signal.getsignal(signal.SIGPIPE)
    try:
        with TemporaryDirectory() as folder, chdir(folder), watched(watch):
            code = main()
    finally:
        sys.argv = arguments
        signal.signal(signal.SIGPIPE, on_closed_pipe)
    if code:
        message = f"{' '.join(typed)} ended with {code}"
        raise RuntimeError(message)
    return Spine(
        files=frozenset(watch.files),
        walks={name: watch.walks[name] for name in wanted if name in watch.walks},
    )


def lines_of(found: Spine, wanted: Sequence[str]) -> Iterator[str]:
    """Yield the results, line by line."""
    yield f"{len(found.files)} files in which a function is called"
    for folder, n in sorted(Counter(str(Path(file).parent) for file in found.files).items()):
        yield f"  {n:3} {folder}"
    for name in wanted:
        walk = found.walks.get(name, ())
        yield f"to {name}: {len(files_of(walk))} files, {max(len(walk) - 1, 0)} calls"
        yield from (f"  {file}: {function}" for file, function in walk)
    yield f"spine: {len(found.spine)} files, {found.calls} calls"
    yield from (f"  {file}" for file in found.spine)


def _run() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("--read", default=READ, help="the function that reads orders [%(default)s]")
    parser.add_argument("--show", default=SHOW, help="the function that makes a tile [%(default)s]")
    parser.add_argument("--files", action="store_true", help="also print the name of each file")
    asked = parser.parse_args()
    wanted = (asked.read, asked.show)
    found = trace([SAMPLE / "orders.csv", SAMPLE / "customers.csv"], COMMAND, wanted)
    lines = [*lines_of(found, wanted), *(sorted(found.files) if asked.files else ())]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    _run()
