from __future__ import annotations

import polars as pl
import pytest

from wieder.models.wilson import wilson_interval


@pytest.mark.parametrize(
    ("events", "n", "low", "high"),
    [
        (0, 46, 0.0, 0.0771),  # definitions of the field: 0 of 46 is 0-7.7 %
        (34, 315, 0.0783, 0.1470),
        (10, 10, 0.7225, 1.0),
    ],
)
def test_the_interval_holds_near_the_ends(events: int, n: int, low: float, high: float) -> None:
    frame = pl.DataFrame({"share": [events / n], "n": [float(n)]})
    [found] = frame.select(*wilson_interval(pl.col("share"), pl.col("n"))).rows()
    assert found == pytest.approx((low, high), abs=5e-5)


def test_an_unknown_share_has_none() -> None:
    frame = pl.DataFrame({"share": [None], "n": [5.0]}, schema={"share": pl.Float64, "n": pl.Float64})
    assert frame.select(*wilson_interval(pl.col("share"), pl.col("n"))).rows() == [(None, None)]
