"""Writing results: a frame for programs, tables for readers."""

from __future__ import annotations

import os
import shutil
from io import StringIO
from typing import TYPE_CHECKING

from wieder.asking.view import View
from wieder.delivery.output import STDOUT, write
from wieder.delivery.targets import Format, Target
from wieder.writing import formats as tables
from wieder.writing.grids import frame_grid

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from rich.console import RenderableType

    from wieder.asking.grid import Grid
    from wieder.cli.session import Session
    from wieder.locale.text import Lang

WIDTH_OF_FILES = 160
"""Width of a table that does not go to a terminal, in columns."""


def frame_view(frame: pl.DataFrame, lang: Lang) -> View:
    """A view that shows the frame as it is."""
    return View(frame=frame, grids=lambda: [frame_grid(frame, lang)])


def write_view(view: View, session: Session, *, private: bool = False) -> None:
    """Write `view` to the target of the session; `private` if it contains rows of customers."""
    write(_serialised(view, session.target, session.lang), session.target.name, private=private)


def show(view: View) -> None:
    """Print the tables of `view` for readers."""
    target = Target(name=STDOUT, format=Format.TABLE)
    write(screen_text(_tables(view.grids()), target), target.name)


def screen_text(renderable: object, target: Target, width: int = WIDTH_OF_FILES) -> bytes:
    """`renderable` as text of a terminal; in colour only on a real one.

    `width` applies where the output is not a terminal.
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

    from wieder.writing.terminal import grid_table

    return Group(*(grid_table(grid) for grid in shown))
