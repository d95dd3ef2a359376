"""The only writer of stderr: notices, alerts and errors for the person who runs a command."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from enum import StrEnum
from time import monotonic
from typing import TYPE_CHECKING

from wieder.notices import Notice
from wieder.writing.screen import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wieder.errors import WiederError

FRAMES = 8
"""Number of calls of a traceback that are shown, counted from the failing one."""


class Detail(StrEnum):
    """How much a command reports beside its result."""

    QUIET = "quiet"
    """Errors and alerts only."""
    NEW = "new"
    """Notices in full when they are new, repeated ones by name."""
    FULL = "full"
    """All notices in full."""
    VERBOSE = "verbose"
    """All notices, with the settings file, the sources and the duration of each step."""


def always_new(_notice: Notice) -> bool:
    """Return True: no notice was shown before."""
    return True


class Notifier:
    """Shows the notices of one run in the detail that was asked for; can be passed as `Notify`."""

    def __init__(self, detail: Detail = Detail.NEW, is_new: Callable[[Notice], bool] = always_new) -> None:
        self.detail = detail
        self._is_new = is_new
        self._repeated: list[str] = []

    def __call__(self, notice: Notice) -> None:
        """Show one notice, or count it as a repetition until `close`."""
        if self.detail is Detail.QUIET:
            return
        if self._is_new(notice) or self.detail is not Detail.NEW:
            show_notice(notice)
        elif notice.slug not in self._repeated:
            self._repeated.append(notice.slug)

    def close(self) -> None:
        """Name the repeated notices, in one line."""
        if self._repeated:
            names = ", ".join(self._repeated)
            show_notice(Notice("repeated", f"as in earlier runs: {names}", "--notices full shows them again"))
        self._repeated.clear()

    def explain(self, sentence: str) -> None:
        """Show one line about the course of the run, under `--verbose` only."""
        if self.detail is Detail.VERBOSE:
            _write(f"wieder: {visible(sentence)}")

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        """Show progress on a terminal while `what` is being done, and its duration under `--verbose`."""
        begun = monotonic()
        with _progress(what, is_shown=_is_shown() and self.detail is not Detail.QUIET):
            yield
        self.explain(f"{what} took {monotonic() - begun:.2f} s")


def show_notice(notice: Notice) -> None:
    """One line: `note: MESSAGE; REMEDY [SLUG]`."""
    remedy = f"; {notice.remedy}" if notice.remedy else ""
    _write(f"note: {visible(notice.message + remedy)} [{notice.slug}]")


def show_alert(sentence: str) -> None:
    """One line: `wieder: alert: SENTENCE`."""
    _write(f"wieder: alert: {visible(sentence)}")


def show_error(error: WiederError) -> None:
    """The message, and on a second line the remedy."""
    _write(f"wieder: error: {visible(error.message)}")
    if error.remedy:
        _write(f"        remedy: {visible(error.remedy)}")


def show_bug(error: BaseException) -> None:
    """An error inside wieder, with the calls that led to it and without any of their data."""
    import traceback  # only in the rare case

    shown = traceback.TracebackException.from_exception(error, limit=-FRAMES, capture_locals=False)
    for line in "".join(shown.format(chain=False)).splitlines():
        _write(visible(line))
    _write("wieder: this is an error in wieder itself; please report it with the lines above")


@contextmanager
def _progress(what: str, *, is_shown: bool) -> Iterator[None]:
    """A line with the elapsed time, which is removed at the end."""
    if not is_shown:
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as progress:
        progress.add_task(visible(what), total=None)
        yield


def _write(line: str) -> None:
    """Write one line; stdout is flushed first, so that both appear in the order of writing."""
    if sys.stderr is None:
        return
    if sys.stdout is not None:
        sys.stdout.flush()
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def is_watched() -> bool:
    """Whether stderr is a terminal."""
    return sys.stderr is not None and sys.stderr.isatty()


def _is_shown() -> bool:
    """Whether stderr is a terminal that can remove a line again."""
    return is_watched() and os.environ.get("TERM") != "dumb"
