"""The only writer of stderr: what a person should know beside the result."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from wieder.writing.screen import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.errors import WiederError
    from wieder.notices import Notice

FRAMES = 8
"""How many calls of a traceback are shown: the last ones tell where it broke."""


def show_notice(notice: Notice) -> None:
    """One line: `note: MESSAGE; REMEDY [SLUG]`."""
    remedy = f"; {notice.remedy}" if notice.remedy else ""
    _write(f"note: {visible(notice.message + remedy)} [{notice.slug}]")


def show_alert(sentence: str) -> None:
    """One line: `wieder: alert: SENTENCE`."""
    _write(f"wieder: alert: {visible(sentence)}")


def show_error(error: WiederError) -> None:
    """What is wrong, and on a second line what to do about it."""
    _write(f"wieder: error: {visible(error.message)}")
    if error.remedy:
        _write(f"        remedy: {visible(error.remedy)}")


def show_bug(error: BaseException) -> None:
    """A mistake of ours, with the calls that led to it and without any of their data."""
    import traceback  # only in the rare case

    shown = traceback.TracebackException.from_exception(error, limit=-FRAMES, capture_locals=False)
    for line in "".join(shown.format(chain=False)).splitlines():
        _write(visible(line))
    _write("wieder: this is a mistake in wieder itself; please report it with the lines above")


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show on a terminal that `what` is being done, and for how long already; nothing stays of it."""
    if not _is_shown():
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as progress:
        progress.add_task(visible(what), total=None)
        yield


def _write(line: str) -> None:
    """Write one line. Stdout goes first, so that both read in the order they were written."""
    if sys.stderr is None:
        return
    if sys.stdout is not None:
        sys.stdout.flush()
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def is_watched() -> bool:
    """Whether stderr is shown to a person."""
    return sys.stderr is not None and sys.stderr.isatty()


def _is_shown() -> bool:
    """Whether stderr is a terminal that can take a line back."""
    return is_watched() and os.environ.get("TERM") != "dumb"
