from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from outcomes import SAMPLE

if TYPE_CHECKING:
    from pathlib import Path

    from outcomes import Wieder


@pytest.mark.slow
@pytest.mark.parametrize("period", ["day", "week", "month"])
def test_three_years_cut_by_anything_make_a_page_under_400_kilobytes(
    wieder: Wieder, tmp_path: Path, period: str
) -> None:
    exports = (str(SAMPLE / "orders.csv"), str(SAMPLE / "customers.csv"))
    cut = ("--by", "channel,country", "--period", period, "--lang", "de")
    assert wieder("report", *exports, *cut, "-o", "report.html").code == 0
    assert (tmp_path / "report.html").stat().st_size < 400_000
