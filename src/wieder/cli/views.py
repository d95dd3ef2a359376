"""Results in both of their forms: a frame for programs, and tables for readers."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

import polars as pl

from wieder.output import write
from wieder.report import grids, tables
from wieder.targets import Format

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import RenderableType

    from wieder.kpis.base import Lang
    from wieder.merging import LoadReport
    from wieder.report.grids import Grid
    from wieder.targets import Target

WIDTH_OF_FILES = 160
"""Columns of a table that nobody looks at through a terminal."""


@dataclass(frozen=True, kw_only=True)
class View:
    """One result."""

    frame: pl.DataFrame
    """What machine formats hold, never localised."""
    grids: Callable[[], Sequence[Grid]]
    """What readers see; made only if they do."""


def write_view(view: View, target: Target, lang: Lang, *, private: bool = False) -> None:
    """Write `view` where and how `target` says."""
    write(_serialised(view, target, lang), target.name, private=private)


def screen_text(renderable: RenderableType, target: Target) -> bytes:
    """`renderable` as it looks on a terminal; in colour only where somebody sees it."""
    from rich.console import Console  # only for tables

    colour = target.on_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    console = Console(
        file=StringIO(),
        force_terminal=colour,
        no_color=not colour,
        width=shutil.get_terminal_size((WIDTH_OF_FILES, 24)).columns,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    with console.capture() as capture:
        console.print(renderable)
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines()).encode()


def _serialised(view: View, target: Target, lang: Lang) -> bytes:
    match target.format:
        case Format.TABLE:
            return screen_text(_tables(view.grids()), target)
        case Format.MARKDOWN:
            return tables.markdown(view.grids())
        case Format.HTML:
            return tables.html(view.grids(), lang)
    return tables.serialise(view.frame, tables.TableFormat(target.format))


def _tables(shown: Sequence[Grid]) -> RenderableType:
    from rich.console import Group  # only for tables

    from wieder.report.terminal import grid_table  # only for tables

    return Group(*(grid_table(grid) for grid in shown))


def load_view(report: LoadReport, lang: Lang, currency: str) -> View:
    """What became of each file of a load: one row per file."""
    rows = [
        {"file": one.file, "table_name": one.table_name, "bytes": one.bytes, "sha256": one.sha256}
        | vars(one.counts)
        for one in report.files
    ]
    frame = pl.DataFrame(rows)
    return View(frame=frame, grids=lambda: [grids.load_grid(frame, lang, currency)])


def frame_view(frame: pl.DataFrame, lang: Lang) -> View:
    """Any frame as it is."""
    return View(frame=frame, grids=lambda: [grids.frame_grid(frame, lang)])
