"""Changes of KPIs for readers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from asked import asked_of
from shops import known_shop
from wieder.asking.grid import Role, Tone
from wieder.periods import PeriodKind
from wieder.questions.changes import changes_of
from wieder.questions.changes.grids import SEGMENTS_SHOWN, changes_grid, split_grid
from wieder.questions.kpis import kpis_of

if TYPE_CHECKING:
    from wieder.asking.grid import Grid
    from wieder.questions.changes import Changes

ROWS = [
    *((f"j{n}", f"a{n}", "2024-01-10", 10, {"channel": f"ch{n}"}) for n in range(8)),
    *((f"f{n}", f"b{n}", "2024-02-10", 10 + n, {"channel": f"ch{n}"}) for n in range(8)),
    *((f"g{n}", f"a{n}", "2024-02-20", 20, {"channel": "ch0"}) for n in range(4)),
    ("z", "z", "2024-03-01", 1, {"channel": "ch0"}),
]


@cache
def changed(*by: str) -> Changes:
    """The changes in the last month of the shop, split by the columns `by`."""
    return changes_of(kpis_of(asked_of(known_shop(ROWS), PeriodKind.MONTH, by=by)))


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in grid.rows]


def test_each_kpi_stands_beside_both_earlier_periods() -> None:
    changes = changed().changes
    found = texts(changes_grid(changes, "en", "EUR", PeriodKind.MONTH))
    assert found[0] == ["Orders and revenue"]
    assert found[1] == ["Orders", "Feb 2024", "12", "8", "+50.0%", "–", "–", ""]
    assert found[3][2:5] == ["€15.67", "€10.00", "+56.7%"]


def test_a_value_outside_its_usual_range_is_marked_in_words() -> None:
    changes = changed().changes.with_columns(
        usual_low=pl.lit(3.0), usual_high=pl.lit(9.0), usual_n=pl.lit(14), outside=pl.lit(value=True)
    )
    grid = changes_grid(changes.filter(kpi="orders"), "de", "EUR", PeriodKind.MONTH)
    assert grid.rows[1].cells[-1].text == "über 3–9 (14)"
    assert grid.rows[1].cells[4].tone is Tone.GOOD


def test_the_parts_end_with_their_sum_and_small_ones_are_one_row() -> None:
    found = changed("channel")
    of_kpi = (pl.col("kpi") == "revenue") & (pl.col("against") == "previous")
    grid = split_grid(found.changes.filter(of_kpi), found.parts.filter(of_kpi), "en", "EUR", PeriodKind.MONTH)
    rows = texts(grid)
    assert rows[0] == ["Revenue, February 2024, by channel"]
    assert rows[1] == ["ch0", "€10.00", "€90.00", "", "", "+€80.00"]
    assert len(rows) == 1 + SEGMENTS_SHOWN + 2
    assert rows[-2] == ["2 others", "", "", "", "", "+€3.00"]
    assert rows[-1] == ["Change", "€80.00", "€188.00", "", "", "+€108.00"]
    assert grid.rows[-1].role is Role.SUBTOTAL


def test_a_ratio_shows_mix_and_rate_effects() -> None:
    found = changed("channel")
    of_kpi = (pl.col("kpi") == "average_order_value") & (pl.col("against") == "previous")
    grid = split_grid(found.changes.filter(of_kpi), found.parts.filter(of_kpi), "en", "EUR", PeriodKind.MONTH)
    assert texts(grid)[-1] == ["Change", "€10.00", "€15.67", "+€0.58", "+€5.08", "+€5.67"]
    # Mix: ch0 from 1/8 to 5/12 of the orders at a mean of €14, every other one from 1/8 to 1/12 at 10 + n/2:
    # 14 * 7/24 - 84 * 1/24 = 0.58.


def test_a_change_that_is_not_known_is_not_split() -> None:
    found = changed("channel")
    of_year = pl.col("against") == "year_before"
    grid = split_grid(
        found.changes.filter(of_year), found.parts.filter(of_year), "en", "EUR", PeriodKind.MONTH
    )
    assert grid.rows == ()
