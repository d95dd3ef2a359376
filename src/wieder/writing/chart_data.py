"""The table below a chart: its numbers for readers who cannot see the drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.grid import Cell, Grid, Heading, Row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wieder.writing.figures import RenderContext


def data_grid(axis: str, names: Iterable[str], rows: Iterable[Iterable[str]], context: RenderContext) -> Grid:
    """One row per position on the axis, and one column of numbers per name.

    `axis` is the heading of the first column; each of `rows` begins with the position.
    """
    numeric = (Heading(text=name, numeric=True) for name in names)
    return Grid(
        title=context.text("chart.data"),
        headings=(Heading(text=axis), *numeric),
        rows=tuple(Row(cells=tuple(Cell(text=text) for text in texts)) for texts in rows),
    )
