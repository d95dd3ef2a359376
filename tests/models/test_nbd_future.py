"""Forecasts by the NBD: identities between their parts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from wieder.models.histories import Histories
from wieder.models.nbd_future import NBD

PARAMETERS = np.array([0.4, 80.0])


def history(repeats: int, age: int) -> Histories:
    one = np.array([repeats])
    recency = np.array([age if repeats else 0])
    return Histories(repeats=one, recency=recency, age=np.array([age]), customers=np.ones(1))


@given(st.integers(0, 3000), st.integers(0, 4000), st.integers(0, 2000))
def test_future_purchases_are_negative_binomial(repeats: int, age: int, days: int) -> None:
    known = history(repeats, age)
    rate = (80 + age) / (80 + age + days)
    future = nbinom(0.4 + repeats, rate)
    [none] = NBD.probability_of_none(PARAMETERS, known, days)
    assert none == pytest.approx(future.pmf(0), rel=1e-9, abs=1e-300)
    [expected] = NBD.expected_purchases(PARAMETERS, known, days)
    assert expected == pytest.approx(future.mean(), rel=1e-9)
    [pairs] = NBD.expected_pairs(PARAMETERS, known, days)
    assert pairs + expected - expected**2 == pytest.approx(future.var(), rel=1e-9)


@pytest.mark.parametrize("repeats", [0, 3, 1500])
def test_none_is_the_likelihood_of_having_been_watched_for_longer(repeats: int) -> None:
    now, later = (NBD.log_likelihood(PARAMETERS, history(repeats, age))[0] for age in (200, 290))
    assert NBD.probability_of_none(PARAMETERS, history(repeats, 200), 90)[0] == pytest.approx(
        math.exp(later - now)
    )


def test_discounting_by_hand() -> None:
    """(0.4 + 2) / (80 + 100) purchases per day, and 1 / log(1.1) years of them at 10 % per year."""
    known = history(2, 100)
    [forever] = NBD.discounted_purchases(PARAMETERS, known, math.inf, 0.1)
    assert forever == pytest.approx(2.4 / 180 * 365 / math.log(1.1))
    [plain] = NBD.discounted_purchases(PARAMETERS, known, 30, 0)
    assert plain == pytest.approx(NBD.expected_purchases(PARAMETERS, known, 30)[0])


def test_no_customer_leaves() -> None:
    assert NBD.probability_alive(PARAMETERS, history(0, 4000)).tolist() == [1]
    assert NBD.expected_of_new(PARAMETERS, np.array([0.0, 40.0])).tolist() == [0, 0.2]
