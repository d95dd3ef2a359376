"""Gamma-Gamma against published figures, against lifetimes, and in cases that must be refused."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from cdnow import cdnow_master, cdnow_sample
from hypothesis import given, settings
from hypothesis import strategies as st
from lifetimes import GammaGammaFitter
from pareto_worlds import spend_of

from wieder.models.fitting import Doubt
from wieder.models.gamma_gamma import (
    expected_spend,
    expected_square,
    fit_gamma_gamma,
    mean_log_likelihood,
    spenders_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wieder.models.fitting import Fit

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

CDNOW = np.array([6.25, 3.74, 15.44])
MASTER = Path(__file__).parents[3] / "shared/data/cdnow_master/raw/CDNOW_master.txt"


@cache
def cdnow_fit() -> Fit:
    customers = cdnow_sample()
    return fit_gamma_gamma(customers.repeats, customers.repeat_spend)


def a_shop(parameters: Floats, customers: int, seed: int) -> tuple[Integers, Floats]:
    random = np.random.default_rng(seed)
    repeats = random.negative_binomial(0.6, 0.2, customers)
    return repeats, spend_of(random, repeats, repeats, parameters)[0]


def test_fader_hardie_2013_cdnow() -> None:
    """The gamma-gamma model of monetary value, note 025: p 6.25, q 3.74, gamma 15.44 for 946 customers."""
    fit = cdnow_fit()
    assert fit.is_certified
    assert fit.customers == 946
    np.testing.assert_allclose(fit.parameters, CDNOW, atol=0.005)
    np.testing.assert_allclose(fit.parameters, [6.249575, 3.7442243, 15.443512], rtol=1e-6)
    assert fit.log_likelihood == pytest.approx(-4055.917694802, abs=1e-8)
    np.testing.assert_allclose(fit.standard_errors, [1.190056, 0.290133, 4.159422], rtol=2e-6)


def test_the_covariance_is_also_right_off_its_diagonal() -> None:
    """lifetimes scales only by column, so its cov(a, b) differs from its cov(b, a)."""
    customers, fit, step = cdnow_sample(), cdnow_fit(), 1e-5
    spenders = spenders_of(customers.repeats, customers.repeat_spend)
    place = np.log(fit.parameters)
    bends = [
        mean_log_likelihood(place + shift, spenders).gradient
        - mean_log_likelihood(place - shift, spenders).gradient
        for shift in step * np.eye(3)
    ]
    information = -np.array(bends) / (2 * step) * 946
    np.testing.assert_allclose(fit.covariance, np.linalg.inv(information), rtol=1e-5)
    np.testing.assert_allclose(fit.covariance, fit.covariance.T, rtol=1e-12)


def test_fader_hardie_2013_population_mean() -> None:
    """$35.25, compared with a mean of observed means of $35.08."""
    customers = cdnow_sample()
    again = customers.repeats > 0
    observed = customers.repeat_spend[again] / customers.repeats[again]
    assert observed.mean() == pytest.approx(35.077848, abs=1e-6)
    p, q, v = cdnow_fit().parameters
    [mean] = expected_spend(cdnow_fit().parameters, np.array([0]), np.array([0.0]))
    assert mean == pytest.approx(p * v / (q - 1))


@pytest.mark.skipif(not MASTER.exists(), reason="the data of all CDNOW customers are not part of the project")
def test_all_customers_of_cdnow_but_the_one_whose_repeat_purchases_cost_nothing() -> None:
    customers = cdnow_master(MASTER)
    fit = fit_gamma_gamma(customers.repeats, customers.repeat_spend)
    assert fit.customers == 9450
    np.testing.assert_allclose(fit.parameters, [6.275359056, 3.624450023, 14.98368706], rtol=1e-7)
    assert fit.log_likelihood == pytest.approx(-40763.476261391, abs=1e-6)


def test_expected_spend_as_lifetimes_has_it() -> None:
    customers = cdnow_sample()
    again = customers.repeats > 0
    repeats, spend = customers.repeats[again], customers.repeat_spend[again]
    peer = GammaGammaFitter()
    peer.params_ = dict(zip("pqv", cdnow_fit().parameters, strict=True))
    theirs = peer.conditional_expected_average_profit(repeats, spend / repeats)
    np.testing.assert_allclose(expected_spend(cdnow_fit().parameters, repeats, spend), theirs)


def test_expected_spend_goes_from_the_mean_of_all_to_the_customers_own() -> None:
    repeats = np.array([0, 1, 10, 1000])
    found = expected_spend(CDNOW, repeats, 100.0 * repeats)
    assert found[0] == pytest.approx(6.25 * 15.44 / 2.74)
    assert (np.diff(found) > 0).all()
    assert found[-1] == pytest.approx(100, rel=0.01)


def test_a_customer_without_repeats_has_the_mean_whatever_the_spend() -> None:
    found = expected_spend(CDNOW, np.array([0, 0]), np.array([np.nan, 50.0]))
    np.testing.assert_allclose(found, 6.25 * 15.44 / 2.74)


def test_moments_of_the_mean_are_those_of_simulated_customers() -> None:
    random = np.random.default_rng(1)
    p, q, v = CDNOW
    repeats, spend = np.array([0, 3, 20]), np.array([0.0, 90.0, 900.0])
    shape = (p * repeats + q)[:, None]
    means = p * (v + spend)[:, None] / random.gamma(shape, size=(3, 400_000))
    np.testing.assert_allclose(expected_spend(CDNOW, repeats, spend), means.mean(axis=1), rtol=5e-3)
    np.testing.assert_allclose(expected_square(CDNOW, repeats, spend), (means**2).mean(axis=1), rtol=2e-2)


@pytest.mark.parametrize("q", [0.5, 1.0, 1.5, 2.0, 2.5])
def test_a_missing_expectation_is_infinite_and_never_nan(q: float) -> None:
    parameters, repeats, spend = np.array([2.0, q, 10.0]), np.array([0, 1]), np.array([0.0, 30.0])
    mean, square = (moment(parameters, repeats, spend) for moment in (expected_spend, expected_square))
    np.testing.assert_array_equal(np.isinf(mean), [q <= 1, False])
    np.testing.assert_array_equal(np.isinf(square), [q <= 2, False])
    assert not np.isnan([*mean, *square]).any()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-2, 2), min_size=3, max_size=3))
def test_gradient_and_hessian_are_those_of_the_likelihood(away: list[float]) -> None:
    spenders = spenders_of(*a_shop(CDNOW, 80, seed=2))
    place, step = np.log(CDNOW) + np.array(away), 1e-5
    at = mean_log_likelihood(place, spenders)
    around = [
        [mean_log_likelihood(place + sign * shift, spenders) for sign in (1, -1)]
        for shift in step * np.eye(3)
    ]
    slopes = [(up.value - down.value) / (2 * step) for up, down in around]
    np.testing.assert_allclose(at.gradient, slopes, rtol=1e-6, atol=1e-7)
    bends = [(up.gradient - down.gradient) / (2 * step) for up, down in around]
    np.testing.assert_allclose(at.hessian, bends, rtol=1e-6, atol=1e-7)


def test_many_customers_are_fitted_as_their_sample_is_and_further() -> None:
    repeats, spend = a_shop(CDNOW, 120_000, seed=20)
    fit = fit_gamma_gamma(repeats, spend)
    assert fit.customers > 50_000
    assert fit.is_certified
    assert fit.gradient < 1e-8
    assert (np.abs(fit.parameters - CDNOW) < 3 * fit.standard_errors).all()


def test_another_currency_changes_the_scale_alone() -> None:
    repeats, spend = a_shop(CDNOW, 2000, seed=3)
    plain, scaled = fit_gamma_gamma(repeats, spend), fit_gamma_gamma(repeats, 1000 * spend)
    np.testing.assert_allclose(scaled.parameters, plain.parameters * [1, 1, 1000], rtol=1e-6)
    assert scaled.is_certified


@pytest.mark.parametrize(
    ("spend_of_each", "doubt"),
    [
        pytest.param([20.0] * 10, Doubt.TOO_FEW_CUSTOMERS, id="ten customers"),
        pytest.param([0.0] * 100, Doubt.TOO_FEW_CUSTOMERS, id="no customer pays"),
        pytest.param([20.0] * 100, Doubt.RIDGE, id="all customers pay the same"),
    ],
)
def test_unusable_data_is_refused_by_name(spend_of_each: list[float], doubt: Doubt) -> None:
    fit = fit_gamma_gamma(np.ones(len(spend_of_each), dtype=np.int64), np.array(spend_of_each))
    assert fit.doubts == (doubt,)


def test_spend_without_a_mean_is_refused_by_name() -> None:
    fit = fit_gamma_gamma(*a_shop(np.array([4.0, 0.7, 10.0]), 4000, seed=4))
    assert fit.doubts == (Doubt.NO_MEAN,)


@pytest.mark.slow
def test_the_truth_of_20_shops_is_within_3_standard_errors() -> None:
    spread = np.random.default_rng(0).uniform(np.log([2, 2.5, 5]), np.log([10, 6, 50]), (20, 3))
    away = []
    for seed, truth in enumerate(spread):
        fit = fit_gamma_gamma(*a_shop(np.exp(truth), 10_000, seed))
        assert fit.is_certified
        away.append((np.log(fit.parameters) - truth) / np.sqrt(np.diag(fit.covariance)))
    assert np.abs(away).max() < 3
    assert np.sqrt(np.mean(np.square(away))) == pytest.approx(1, abs=0.3)
