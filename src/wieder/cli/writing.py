"""Results in the form that was asked for: a frame for programs, tables for readers."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from wieder.output import STDOUT, write
from wieder.report import tables
from wieder.targets import Format, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl
    from rich.console import RenderableType

    from wieder.cli.session import Session
    from wieder.kpis.base import Lang
    from wieder.report.grids import Grid

WIDTH_OF_FILES = 160
"""Columns of a table that nobody looks at through a terminal."""


@dataclass(frozen=True, kw_only=True)
class View:
    """One result."""

    frame: pl.DataFrame
    """What machine formats hold, never localised."""
    grids: Callable[[], Sequence[Grid]]
    """What readers see; made only if they do."""
    page: Callable[[], RenderableType] | None = None
    """What a terminal shows instead of the tables."""
    html: Callable[[], str] | None = None
    """The HTML page instead of the tables."""


def write_view(view: View, session: Session, *, private: bool = False) -> None:
    """Write `view` where and how the session says; `private` if it holds rows of customers."""
    write(_serialised(view, session.target, session.lang), session.target.name, private=private)


def show(view: View) -> None:
    """Print the tables of `view`, for people only."""
    target = Target(name=STDOUT, format=Format.TABLE)
    write(screen_text(_tables(view.grids()), target), target.name)


def screen_text(renderable: RenderableType, target: Target, width: int = WIDTH_OF_FILES) -> bytes:
    """`renderable` as it looks on a terminal; in colour only where somebody sees it.

    `width` is that of a table which nobody looks at through a terminal.
    """
    from rich.console import Console

    colour = target.on_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    console = Console(
        file=StringIO(),
        force_terminal=colour,
        no_color=not colour,
        width=shutil.get_terminal_size((width, 24)).columns,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    with console.capture() as capture:
        console.print(renderable)
    lines = [line.rstrip() for line in capture.get().rstrip().splitlines()]
    return "".join(f"{line}\n" for line in lines).encode()


def _serialised(view: View, target: Target, lang: Lang) -> bytes:
    match target.format:
        case Format.TABLE:
            return screen_text(view.page() if view.page else _tables(view.grids()), target)
        case Format.MARKDOWN:
            return tables.markdown(view.grids())
        case Format.HTML:
            return view.html().encode() if view.html else tables.html(view.grids(), lang)
    return tables.serialise(view.frame, tables.TableFormat(target.format))


def _tables(shown: Sequence[Grid]) -> RenderableType:
    from rich.console import Group

    from wieder.report.terminal import grid_table

    return Group(*(grid_table(grid) for grid in shown))
