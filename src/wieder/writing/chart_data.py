"""The table below a chart, which tells its numbers to whoever cannot see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.grid import Cell, Grid, Heading, Row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wieder.writing.figures import Desk


def data_grid(axis: str, names: Iterable[str], rows: Iterable[Iterable[str]], desk: Desk) -> Grid:
    """One row per place on the axis, and one column of numbers per name.

    `axis` heads the first column; each of `rows` begins with the place.
    """
    numeric = (Heading(text=name, numeric=True) for name in names)
    return Grid(
        title=desk.text("chart.data"),
        headings=(Heading(text=axis), *numeric),
        rows=tuple(Row(cells=tuple(Cell(text=text) for text in texts)) for texts in rows),
    )
