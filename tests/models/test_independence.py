from __future__ import annotations

import numpy as np
import pytest
from cdnow import cdnow_sample
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from wieder.models.independence import independence


def test_fader_hardie_lee_2005_cdnow_is_independent_enough() -> None:
    """RFM and CLV, section 2.2: "the variation within each group dominates the between-group variation"."""
    customers = cdnow_sample()
    found = independence(customers.repeats, customers.repeat_spend)
    again = customers.repeats > 0
    mean = customers.repeat_spend[again] / customers.repeats[again]
    assert found.customers == 946
    assert found.spearman == pytest.approx(spearmanr(customers.repeats[again], mean).statistic)
    assert found.eta_squared == pytest.approx(0.015, abs=5e-4)
    assert not found.is_doubtful


def test_eta_squared_by_hand() -> None:
    """Means of 10 and 30 around 20 explain 400 of 4 * 100 + 2 + 2 squares; one-time buyers do not count."""
    found = independence(np.array([1, 1, 2, 2, 0]), np.array([9.0, 11.0, 58.0, 62.0, 1000.0]))
    assert found.eta_squared == pytest.approx(400 / 404)
    assert found.spearman == pytest.approx(4 / 20**0.5)
    assert found.is_doubtful


def test_customers_with_7_and_more_repeats_are_one_group() -> None:
    found = independence(np.array([7, 8, 9, 10]), np.array([7.0, 16.0, 9.0, 20.0]))
    assert found.eta_squared == pytest.approx(0)


@pytest.mark.parametrize(("sign", "is_doubtful"), [(1, True), (-1, True), (0, False)])
def test_spend_that_follows_frequency_either_way_is_doubtful(sign: int, *, is_doubtful: bool) -> None:
    random = np.random.default_rng(1)
    repeats = random.integers(1, 8, 500)
    mean = 50 + 5 * sign * repeats + random.normal(0, 10, 500)
    assert independence(repeats, mean * repeats).is_doubtful is is_doubtful


@pytest.mark.parametrize(
    ("repeats", "spend"),
    [
        pytest.param([], [], id="no customers"),
        pytest.param([0, 0], [0.0, 0.0], id="no repeat purchases"),
        pytest.param([1], [5.0], id="one"),
        pytest.param([1, 2, 4], [5.0, 10.0, 20.0], id="all spend the same"),
    ],
)
def test_without_differences_nothing_is_known(repeats: list[int], spend: list[float]) -> None:
    found = independence(np.array(repeats, dtype=np.int64), np.array(spend))
    assert (found.spearman, found.eta_squared, found.is_doubtful) == (None, None, False)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 50)), min_size=3, max_size=40))
def test_ranks_are_scipys(customers: list[tuple[int, int]]) -> None:
    repeats, mean = np.array(customers).T
    found = independence(repeats, (mean * repeats).astype(np.float64))
    assert found.eta_squared is None or -1e-12 <= found.eta_squared <= 1 + 1e-12
    if found.spearman is not None:
        assert found.spearman == pytest.approx(spearmanr(repeats, mean).statistic, abs=1e-12)
