"""The expected cost of a purchase, by Gamma-Gamma and where it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from wieder.models.gamma_gamma import expected_spend
from wieder.models.spend import SpendMethod, spend_model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RANDOM = np.random.default_rng(7)
REPEATS = RANDOM.poisson(2.0, 4000).astype(np.int64)


def spend_of(means: np.ndarray) -> np.ndarray:
    """The total spend of customers with these means, with independent variation of each purchase."""
    return np.array(
        [RANDOM.gamma(4.0 * x, mean / 4.0) if x else 0.0 for x, mean in zip(REPEATS, means, strict=True)]
    )


def test_independent_spend_is_left_to_gamma_gamma() -> None:
    spend = spend_of(3.0 / RANDOM.gamma(4.0, 1 / 30.0, REPEATS.size))
    model = spend_model(REPEATS, spend)
    assert (model.method, model.reason) == (SpendMethod.GAMMA_GAMMA, "")
    expected = model.expected(REPEATS, spend)
    np.testing.assert_array_equal(expected, expected_spend(model.fit.parameters, REPEATS, spend))
    assert len(set(expected[REPEATS == 0])) == 1


def test_spend_that_grows_with_frequency_is_named_and_left_to_classes() -> None:
    spend = spend_of(10.0 * (1 + REPEATS) * RANDOM.uniform(0.8, 1.2, REPEATS.size))
    model = spend_model(REPEATS, spend)
    assert (model.method, model.reason) == (SpendMethod.CLASS_MEANS, "dependence")
    once = REPEATS == 1
    expected = model.expected(REPEATS, spend)
    assert expected[once][0] == pytest.approx(spend[once].sum() / once.sum())
    assert expected[REPEATS == 0][0] == expected[once][0]
    assert expected[REPEATS >= 5].min() > expected[once].max()


def test_equal_spend_is_refused_by_name_and_still_expected() -> None:
    spend = REPEATS.astype(np.float64) * 20
    model = spend_model(REPEATS, spend)
    assert (model.method, model.reason) == (SpendMethod.CLASS_MEANS, "ridge")
    np.testing.assert_allclose(model.expected(REPEATS, spend), 20.0)


def test_a_class_without_customers_takes_the_nearest_one() -> None:
    repeats = np.array([2, 2, 12, 0, 1, 4])
    model = spend_model(repeats[:3], np.array([20.0, 24.0, 600.0]))
    np.testing.assert_allclose(model.expected(repeats, np.zeros(6)), [11, 11, 50, 11, 11, 11])


def test_without_any_repeat_purchase_nothing_is_expected() -> None:
    nobody = np.zeros(40, dtype=np.int64)
    model = spend_model(nobody, np.zeros(40))
    assert np.isnan(model.expected(nobody, np.zeros(40))).all()
