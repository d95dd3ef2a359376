"""Scores by value, the map of groups, and thresholds in a file."""

from __future__ import annotations

import statistics
from datetime import date
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wieder.config import Segmentation
from wieder.errors import UsageError
from wieder.questions.segments import rfm
from wieder.questions.segments.schemes import scheme_of
from wieder.questions.segments.thresholds import (
    Thresholds,
    least_of_best,
    least_within,
    read_thresholds,
    thresholds_text,
)

if TYPE_CHECKING:
    import random
    from pathlib import Path

VALUES = st.lists(st.integers(0, 30), min_size=1, max_size=80)
ALL_CELLS = " ".join(f"{recency}{rest}" for recency, rest in rfm.CELLS)
SAVED = Thresholds(
    as_of=date(2024, 3, 1),
    lookback_days=365,
    recency_days=(1.0, 2.5, 30.0, 0.1 + 300),
    orders=rfm.FIXED_FREQUENCY,
    revenue=(10.0, 20.0, 30.0, inf),
    abc=(5.0, 1e-7 + 50),
    vip=99.99,
)


def scores(values: list[int], edges: tuple[float, ...]) -> list[int]:
    return pl.DataFrame({"value": values}).select(rfm.score(pl.col("value"), edges)).to_series().to_list()


def test_edges_are_quantiles_by_linear_interpolation() -> None:
    assert rfm.quantile_edges(pl.Series([1, 2, 3, 4, 5, 6])) == (2.0, 3.0, 4.0, 5.0)
    assert rfm.quantile_edges(pl.Series([10, 20])) == (12.0, 14.0, 16.0, 18.0)
    assert rfm.quantile_edges(pl.Series([7])) == (7.0,) * 4


@pytest.mark.core
@given(st.lists(st.integers(0, 30), min_size=2, max_size=80))
def test_edges_are_those_of_the_standard_library(values: list[int]) -> None:
    expected = statistics.quantiles(values, n=5, method="inclusive")
    assert rfm.quantile_edges(pl.Series(values)) == pytest.approx(expected)


@pytest.mark.core
@given(VALUES)
def test_equal_values_have_equal_scores_and_greater_ones_no_lesser(values: list[int]) -> None:
    edges = rfm.quantile_edges(pl.Series(values))
    found = dict(sorted(zip(values, scores(values, edges), strict=True)))
    assert all(found[value] == score for value, score in zip(values, scores(values, edges), strict=True))
    assert all(one <= other for one, other in pairwise(found.values()))
    assert set(found.values()) <= set(range(1, 6))


@pytest.mark.core
@given(VALUES, st.randoms(use_true_random=False))
def test_scores_do_not_depend_on_the_order_of_rows(values: list[int], chance: random.Random) -> None:
    shuffled = values[:]
    chance.shuffle(shuffled)
    assert rfm.quantile_edges(pl.Series(values)) == rfm.quantile_edges(pl.Series(shuffled))


def test_a_value_on_an_edge_is_below_it() -> None:
    assert scores([1, 2, 3, 4, 5, 9, 10], rfm.FIXED_FREQUENCY) == [1, 2, 3, 3, 4, 4, 5]


def test_the_fewer_days_ago_the_better() -> None:
    days = pl.DataFrame({"days": [1, 10, 11, 41]})
    found = days.select(rfm.reversed_score(pl.col("days"), (10.0, 20.0, 30.0, 40.0)))
    assert found.to_series().to_list() == [5, 5, 4, 1]


def test_the_map_of_groups_is_complete_and_disjoint() -> None:
    cells = [cell for group in rfm.GROUPS.values() for cell in group.split()]
    assert sorted(cells) == sorted(f"{recency}{rest}" for recency, rest in rfm.CELLS)
    assert len({text.en for text in rfm.GROUPS}) == len({text.de for text in rfm.GROUPS}) == 11


def test_every_pair_of_scores_has_a_cell() -> None:
    pairs = pl.DataFrame({"f": [1, 2, 3, 4, 5] * 5, "m": [m for m in range(1, 6) for _ in range(5)]})
    found = pairs.with_columns(rest=rfm.combined_score(pl.col("f"), pl.col("m")))
    assert set(found["rest"]) == {1, 2, 3, 4, 5}
    assert found.filter(f=1, m=2)["rest"].item() == 2


@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        ({"All": ALL_CELLS + " 55"}, "cell 55 of 'All' is already in another group"),
        ({"All": ALL_CELLS.replace("55", "")}, "no group contains 55"),
        ({"All": ALL_CELLS + " 66"}, "'66' of 'All' is not a cell"),
    ],
)
def test_a_map_that_is_not_a_partition_is_refused(groups: dict[str, str], reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        scheme_of(Segmentation(rfm=groups), 180)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (Segmentation(vip_percent=0), "vip_percent: 0 must be above 0"),
        (Segmentation(at_risk_share=1.5), r"at_risk_share: 1\.5 must be above 0"),
        (Segmentation(lookback_days=-1), "-1 is negative"),
    ],
)
def test_impossible_shares_and_days_are_refused(settings: Segmentation, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        scheme_of(settings, 180)


def test_the_customer_who_reaches_the_share_is_among_the_best() -> None:
    revenue = pl.Series(["50", "30", "10", "10"]).cast(pl.Decimal(38, 4))
    assert least_within(revenue, 80) == 30
    assert least_within(revenue, 81) == 10
    assert least_of_best(revenue, 25) == 50
    assert least_of_best(revenue, 51) == 10, "both customers with 10"
    assert least_within(pl.Series([], dtype=pl.Decimal(38, 4)), 80) == inf
    assert least_within(pl.Series(["0"]).cast(pl.Decimal(38, 4)), 80) == inf, "no revenue, no best"


def test_saved_thresholds_are_read_back_exactly(tmp_path: Path) -> None:
    file = tmp_path / "thresholds.toml"
    file.write_text(thresholds_text(SAVED))
    assert read_thresholds(file) == SAVED


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("vip = ", "vipp = ", "unknown field `vipp`"),
        ("[1.0, 2.5, ", "[2.5, 1.0, ", "in ascending order"),
        ("[5.0, ", "[", "abc needs 2"),
        ("= 365", "= 'year'", "lookback_days"),
        ("vip = 99.99", "vip = nan", "ascending"),
        ("vip = 99.99", "vip = ", "does not contain valid thresholds"),
    ],
)
def test_a_file_without_valid_thresholds_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    file = tmp_path / "thresholds.toml"
    file.write_text(thresholds_text(SAVED).replace(old, new))
    with pytest.raises(UsageError, match=reason):
        read_thresholds(file)
    with pytest.raises(UsageError, match="cannot be read"):
        read_thresholds(tmp_path / "none.toml")
