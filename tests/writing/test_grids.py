from __future__ import annotations

from datetime import date

import polars as pl

from wieder.asking.grid import Grid, Tone
from wieder.asking.table import Table, TableColumn
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.writing.grids import table_grid


def column(name: str, kind: Type, unit: Unit | None = None) -> TableColumn:
    return TableColumn(name=name, type=kind, label=Text(de=f"{name} de", en=f"{name} en"), unit=unit)


TABLE = Table(
    id="toy",
    label=Text(de="Spielzeug", en="Toy"),
    meaning=Text(de="Nichts.", en="Nothing."),
    columns=(
        column("dimension", Type.TEXT),
        column("segment", Type.TEXT),
        column("day", Type.DATE),
        column("share", Type.FLOAT, Unit.RATE),
        column("ci_low", Type.FLOAT, Unit.RATE),
        column("ci_high", Type.FLOAT, Unit.RATE),
        column("state", Type.TEXT),
    ),
    keys=("dimension", "segment", "day"),
    witness="",
)


def rows_of(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in grid.rows]


def grid_of(*rows: tuple[object, ...]) -> Grid:
    return table_grid(pl.DataFrame(rows, schema=TABLE.schema, orient="row"), TABLE, "en", "EUR")


def test_a_table_that_is_not_cut_shows_no_segments_and_one_column_for_an_interval() -> None:
    grid = grid_of(("", "", date(2024, 3, 5), 0.25, 0.1, 0.4, "final"))
    assert [heading.text for heading in grid.headings] == ["day en", "share en", "95% interval", "state en"]
    assert [heading.numeric for heading in grid.headings] == [False, True, True, False]
    assert rows_of(grid) == [["5 March 2024", "25.0%", "10.0–40.0%", "final"]]


def test_the_dimension_heads_the_segments() -> None:
    day = date(2024, 3, 5)
    cut = "first_order.channel"
    grid = grid_of(("", "", day, 0.5, None, None, "final"), (cut, "", day, None, None, None, "none"))
    assert grid.headings[0].text == "channel of the first order"
    assert [row[:3] for row in rows_of(grid)] == [
        ["(whole shop)", "5 March 2024", "50.0%"],
        ["(not known)", "5 March 2024", "–"],
    ]
    assert [row.cells[0].tone for row in grid.rows] == [Tone.NORMAL, Tone.FAINT]
