from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import polars as pl

from wieder.asking.grid import Role
from wieder.writing.bridge_grids import LOAD_COLUMNS
from wieder.writing.histories import history_grid

LOADS = pl.DataFrame(
    {
        "load": [1, 2],
        "loaded_at": [datetime(2024, 6, 1, 9, 5), datetime(2024, 6, 2, 9, 5)],  # noqa: DTZ001  (UTC, as stored)
        "file": ["a.csv", "b.csv"],
        "sha256": ["0123456789abcdef", "fedcba9876543210"],
        **{name: [3, 4] for name in LOAD_COLUMNS},
        "amount_read": [Decimal("1.50"), Decimal("2.50")],
        "amount_rejected": [Decimal(0), Decimal(0)],
        "amount_left_out": [Decimal(0), Decimal(0)],
        "accepted_drift": [None, "date-range"],
    }
)


def test_a_load_is_shown_with_its_time_its_file_and_accepted_drift() -> None:
    grid = history_grid(LOADS, "de", "EUR")
    texts = [[cell.text for cell in row.cells] for row in grid.rows]
    assert grid.title == "Ladevorgänge"
    assert texts[0][:5] == ["a.csv", "1", "2024-06-01 09:05", "0123456789ab", ""]
    assert texts[1][4] == "date-range"
    assert all(len(row) == len(grid.headings) for row in texts)


def test_the_last_row_is_the_sum_of_all_files() -> None:
    total = history_grid(LOADS, "en", "EUR").rows[-1]
    assert total.role is Role.TOTAL
    assert [cell.text for cell in total.cells][:6] == ["2 files", "", "", "", "", "7"]
    assert total.cells[-1].text == "€4.00"
