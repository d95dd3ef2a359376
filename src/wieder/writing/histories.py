"""The history of loads as a table for readers: when each file was loaded, and its account."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wieder.asking.grid import Cell, Grid, Heading
from wieder.locale import texts
from wieder.writing.bridge_grids import load_grid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

    from wieder.locale.text import Lang

SHORT = 12
"""Digits of a checksum that are shown: enough to distinguish files."""

COLUMNS = ("load", "loaded_at", "sha256", "accepted_drift")


def history_grid(loads: pl.DataFrame, lang: Lang, currency: str) -> Grid:
    """One row per load and file of the `loads` table, oldest first, and a total."""
    grid = load_grid(loads, lang, currency)
    text = texts(lang)
    headings = [Heading(text=text(f"history.{name}"), numeric=name == "load") for name in COLUMNS]
    origins = [tuple(_origin(row)) for row in loads.iter_rows(named=True)]
    total = tuple(Cell(text="") for _ in COLUMNS)
    rows = (
        replace(
            row, cells=(*row.cells[:1], *(origins[place] if place < len(origins) else total), *row.cells[1:])
        )
        for place, row in enumerate(grid.rows)
    )
    return replace(
        grid,
        title=text("history.title"),
        headings=(*grid.headings[:1], *headings, *grid.headings[1:]),
        rows=tuple(rows),
    )


def _origin(row: Mapping[str, object]) -> Iterator[Cell]:
    yield Cell(text=str(row["load"]))
    yield Cell(text=f"{row['loaded_at']:%Y-%m-%d %H:%M}")
    yield Cell(text=str(row["sha256"])[:SHORT])
    yield Cell(text=str(row.get("accepted_drift") or ""))
