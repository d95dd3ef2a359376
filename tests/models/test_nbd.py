from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import nbinom
from worlds import World, simulate

from wieder.models.fitting import Doubt
from wieder.models.histories import Histories, distinct_histories, sample
from wieder.models.nbd import fit_nbd, log_likelihood, tallies


def test_the_parameters_of_a_shop_without_dropout_are_found() -> None:
    world = World(r=0.8, alpha=60.0, a=1e-12, b=1.0)

    fit = fit_nbd(simulate(world, seed=1).histories)

    assert fit.is_certified
    off = np.log(fit.parameters / [0.8, 60.0]) / np.sqrt(np.diag(fit.covariance))
    assert np.abs(off).max() < 3


def test_the_likelihood_of_days_is_that_of_counts_but_for_a_factor() -> None:
    """Given the number of purchases, their days contain no information about the parameters."""
    histories = simulate(World(), seed=1).histories
    x, age = histories.repeats, np.maximum(histories.age, 1)
    seen = Histories(repeats=x, recency=histories.recency, age=age, customers=histories.customers)

    def difference(r: float, alpha: float) -> float:
        counts = nbinom.logpmf(x, r, alpha / (alpha + age)) @ seen.customers
        return float(log_likelihood(np.array([r, alpha]), tallies(seen)).value - counts)

    assert difference(0.5, 30.0) == pytest.approx(difference(2.0, 90.0), rel=1e-10)


def test_customers_who_are_all_alike_are_refused() -> None:
    everybody = simulate(World(r=5000.0, alpha=5000.0 * 60, a=1e-12, b=1.0), seed=3)

    assert Doubt.RIDGE in fit_nbd(everybody.histories).doubts


def test_a_sample_is_the_same_each_time_and_has_about_as_many_customers() -> None:
    histories = simulate(World(), seed=1).histories

    drawn, again = sample(histories, 1000), sample(histories, 1000)

    assert drawn.total == pytest.approx(1000, rel=0.1)
    np.testing.assert_array_equal(drawn.customers, again.customers)
    assert drawn.repeats @ drawn.customers / drawn.total == pytest.approx(
        histories.repeats @ histories.customers / histories.total, rel=0.1
    )


def test_no_sample_is_larger_than_all() -> None:
    histories, _ = distinct_histories(np.array([0, 1]), np.array([0, 5]), np.array([9, 9]))

    assert sample(histories, 1000).total == 2
