"""Intervals against known distributions, and against the purchases of simulated customers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from cdnow import HOLDOUT_DAYS, cdnow_sample
from hypothesis import given
from hypothesis import strategies as st
from pareto_worlds import pareto_world, spend_of
from scipy.stats import gamma, nbinom, norm
from worlds import World, simulate

from wieder.models.bg_nbd import BG_NBD
from wieder.models.fitting import Fit
from wieder.models.histories import Histories, distinct_histories
from wieder.models.mbg_nbd import MBG_NBD
from wieder.models.moves import moves_of
from wieder.models.nbd_future import NBD
from wieder.models.pareto_nbd import PARETO_NBD
from wieder.models.spend import SpendMethod, spend_model
from wieder.models.spend_outlook import class_outlook, gamma_gamma_outlook, spend_outlook
from wieder.models.uncertainty import (
    Outlook,
    outlook,
    purchase_bounds,
    spend_bounds,
    spend_variance,
    total_purchases,
    total_spend,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wieder.models.purchase_model import PurchaseModel

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

WORLD = np.array([0.55, 74.0, 0.6, 82.0])
SPEND = np.array([6.25, 3.74, 15.44])
HALF_A_YEAR = 182


def a_fit(parameters: Floats, covariance: Floats) -> Fit:
    return Fit(
        model="a model",
        names=("a", "b", "c", "d")[: parameters.size],
        parameters=parameters,
        log_likelihood=-100.0,
        covariance=covariance,
        customers=100.0,
        gradient=0.0,
    )


def certain(parameters: Floats) -> Fit:
    """A fit without uncertainty, as if from infinitely many customers."""
    return a_fit(parameters, np.zeros((parameters.size, parameters.size)))


def an_outlook(expected: Floats, variance: Floats, none: Floats) -> Outlook:
    return Outlook(expected=expected, variance=variance, none=none, moves=np.zeros((1, expected.size)))


def a_history(repeats: int, recency: int, age: int) -> Histories:
    """The history of one customer."""
    return Histories(
        repeats=np.array([repeats]),
        recency=np.array([recency]),
        age=np.array([age]),
        customers=np.ones(1),
    )


def test_the_moves_of_a_linear_forecast_are_the_delta_method() -> None:
    covariance = np.array([[0.04, 0.01], [0.01, 0.09]])
    slope = np.array([[2.0, -1.0], [0.5, 3.0]])
    fit = a_fit(np.array([1.5, 4.0]), covariance)
    moves = moves_of(lambda parameters: slope @ np.log(parameters), fit)
    np.testing.assert_allclose(moves.T @ moves, slope @ covariance @ slope.T)


@pytest.mark.parametrize(
    ("model", "parameters"),
    [
        pytest.param(PARETO_NBD, WORLD, id="pareto_nbd"),
        pytest.param(BG_NBD, np.array([0.4, 40.0, 0.8, 2.4]), id="bg_nbd"),
        pytest.param(MBG_NBD, np.array([0.4, 40.0, 0.8, 2.4]), id="mbg_nbd"),
        pytest.param(NBD, np.array([0.4, 80.0]), id="nbd"),
    ],
)
@pytest.mark.parametrize("history", [(0, 0, 200), (3, 200, 230), (20, 250, 300)])
def test_moments_are_those_of_simulated_futures(
    model: PurchaseModel, parameters: Floats, history: tuple[int, int, int]
) -> None:
    known = a_history(*history)
    later = futures(model, parameters, known, 200_000)
    found = outlook(model, certain(parameters), known, HALF_A_YEAR)
    error = later.std() / np.sqrt(later.size)
    assert found.expected[0] == pytest.approx(later.mean(), abs=4 * error)
    assert found.variance[0] == pytest.approx(later.var(), rel=0.05)
    assert found.none[0] == pytest.approx((later == 0).mean(), abs=0.005)


def futures(model: PurchaseModel, parameters: Floats, history: Histories, times: int) -> Integers:
    """Simulated purchases in the next half year by a customer with this history, under `model`."""
    random = np.random.default_rng(8)
    [x], [age] = history.repeats, history.age
    rate = random.gamma(parameters[0] + x, 1 / (parameters[1] + age), times)
    is_alive = random.random(times) < model.probability_alive(parameters, history)
    if model is NBD:
        return random.poisson(rate * HALF_A_YEAR)
    if model is PARETO_NBD:
        lifetime = random.exponential(1 / random.gamma(parameters[2], 1 / (parameters[3] + age), times))
        return np.asarray(random.poisson(rate * np.minimum(lifetime, HALF_A_YEAR)) * is_alive)
    leaving = random.beta(parameters[2], parameters[3] + x + (model is MBG_NBD), times)
    return np.asarray(np.minimum(random.poisson(rate * HALF_A_YEAR), random.geometric(leaving)) * is_alive)


@given(st.floats(1e-3, 300), st.floats(1e-3, 30), st.floats(0.5, 0.99))
def test_purchases_of_buyers_are_one_more_than_negative_binomial(
    mean: float, excess: float, level: float
) -> None:
    one = np.array([1.0])
    low, high = purchase_bounds(an_outlook((1 + mean) * one, mean * (1 + excess) * one, 0 * one), level)
    known = nbinom(mean / excess, 1 / (1 + excess))
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    # A probability equal to the tail up to the last digits may fall on either side of it.
    near = known.ppf(tails[:, None] + [-1e-9, 1e-9]) + 1
    assert near[0, 0] <= low[0] <= near[0, 1]
    assert near[1, 0] <= high[0] <= near[1, 1]


def test_purchases_in_the_thousands_are_bounded() -> None:
    known = nbinom(5000, 0.5)
    low, high = purchase_bounds(an_outlook(*np.array([[5001.0], [10_000.0], [0.0]])))
    np.testing.assert_allclose([low[0], high[0]], 1 + known.ppf([0.025, 0.975]), atol=2)


def test_an_unlikely_buyer_has_0_purchases_as_both_bounds() -> None:
    low, high = purchase_bounds(
        an_outlook(np.array([0.03, 0.0]), np.array([0.04, 0.0]), np.array([0.98, 1.0]))
    )
    np.testing.assert_array_equal([low, high], np.zeros((2, 2)))


def test_bounds_of_the_nbd_are_those_of_its_distribution() -> None:
    parameters = np.array([0.4, 80.0])
    for history in [(0, 0, 100), (2, 50, 100), (30, 90, 100)]:
        known = nbinom(0.4 + history[0], 180 / (180 + HALF_A_YEAR))
        low, high = purchase_bounds(outlook(NBD, certain(parameters), a_history(*history), HALF_A_YEAR))
        np.testing.assert_allclose([low[0], high[0]], known.ppf([0.025, 0.975]), atol=1)


def test_a_total_of_many_is_normal_and_of_few_stays_above_0() -> None:
    one = np.array([1.0])
    many = total_purchases(an_outlook(one, 2 * one, 0.5 * one), np.array([1e6]))
    np.testing.assert_allclose([many.low, many.high], norm(1e6, 2e6**0.5).ppf([0.025, 0.975]), rtol=1e-5)
    few = total_purchases(an_outlook(one, 2 * one, 0.5 * one), np.array([2.0]))
    np.testing.assert_allclose([few.low, few.high], gamma(1, scale=2).ppf([0.025, 0.975]))


def test_parameters_that_are_not_known_widen_a_total_by_all_customers_at_once() -> None:
    known = an_outlook(np.full(100, 1.0), np.full(100, 1.0), np.full(100, 0.4))
    unsure = replace(known, moves=np.full((1, 100), 0.3))
    each = np.ones(100)
    chance, both = total_purchases(known, each), total_purchases(unsure, each)
    assert chance.high - chance.low == pytest.approx(2 * 1.96 * 10, rel=0.01)
    assert both.high - both.low == pytest.approx(2 * 1.96 * (10**2 + 30**2) ** 0.5, rel=0.02)


def test_the_cost_of_purchases_reaches_the_interval_of_spend() -> None:
    """pymc-marketing averages spend before multiplying, so its value ignores the uncertainty of spend."""
    random = np.random.default_rng(3)
    world = pareto_world(random, 1000, WORLD, ages=(1, 728), horizon=0)
    past, _ = spend_of(random, world.repeats, world.later, SPEND)
    histories, places = distinct_histories(world.repeats, world.recency, world.age)
    purchases = outlook(PARETO_NBD, PARETO_NBD.fit(histories), histories, HALF_A_YEAR).at(places)
    spend = spend_outlook(spend_model(world.repeats, past), world.repeats, past)
    averaged = replace(
        spend, square=spend.mean**2, within=np.zeros(spend.mean.size), moves=np.zeros((1, spend.mean.size))
    )
    full, narrow = total_spend(purchases, spend), total_spend(purchases, averaged)
    assert full is not None
    assert narrow is not None
    assert full.high - full.low > 1.1 * (narrow.high - narrow.low)


def test_the_variance_of_spend_is_that_of_simulated_customers() -> None:
    random = np.random.default_rng(4)
    repeats, spent = np.array([0, 4]), np.array([0.0, 160.0])
    p, q, v = SPEND
    later = random.negative_binomial(2, 0.4, (300_000, 2))
    rate = random.gamma(p * repeats + q, 1 / (v + spent), (300_000, 2))
    spend = random.gamma(np.maximum(p * later, 1e-9)) / rate * (later > 0)
    known = an_outlook(np.full(2, 3.0), np.full(2, 7.5), np.full(2, 0.16))
    cost = gamma_gamma_outlook(certain(SPEND), repeats, spent)
    np.testing.assert_allclose(spend_variance(known, cost), spend.var(axis=0), rtol=0.05)
    low, high = spend_bounds(known, cost)
    np.testing.assert_array_equal(low, [0, 0])
    np.testing.assert_allclose((spend > high).mean(axis=0), 0.025, atol=0.01)


def test_spend_without_a_finite_variance_has_no_interval() -> None:
    repeats, spent = np.array([0, 4]), np.array([0.0, 160.0])
    cost = gamma_gamma_outlook(certain(np.array([6.25, 1.8, 15.44])), repeats, spent)
    known = an_outlook(np.full(2, 3.0), np.full(2, 7.5), np.full(2, 0.16))
    assert total_spend(known, cost) is None
    low, high = spend_bounds(known, cost)
    np.testing.assert_array_equal(np.isnan([low, high]), [[True, False]] * 2)


def test_purchases_that_cost_nothing_or_less_have_an_interval() -> None:
    repeats, spent = np.array([1, 1, 2]), np.array([-10.0, 10.0, 0.0])
    model = replace(spend_model(repeats, spent), method=SpendMethod.CLASS_MEANS)
    known, cost = (
        an_outlook(*np.array([[2.0] * 3, [3.0] * 3, [0.2] * 3])),
        spend_outlook(model, repeats, spent),
    )
    total = total_spend(known, cost)
    assert total is not None
    assert total.low < 0 < total.high
    np.testing.assert_array_equal(spend_bounds(known, cost), np.zeros((2, 3)))


def test_means_of_classes_vary_with_their_customers() -> None:
    """One repeat purchase: 10 and 30; two: 40 each. Purchases therefore deviate by half their mean."""
    repeats, spent = np.array([1, 1, 2, 2, 0]), np.array([10.0, 30.0, 80.0, 80.0, 0.0])
    model = replace(spend_model(repeats, spent), method=SpendMethod.CLASS_MEANS)
    found = spend_outlook(model, repeats, spent)
    np.testing.assert_allclose(found.mean, [20, 20, 40, 40, 20])
    np.testing.assert_allclose(found.square, [500, 500, 1600, 1600, 500])
    np.testing.assert_allclose(found.within, [0, 0, 400, 400, 0])
    np.testing.assert_allclose(found.moves[0], [50**0.5, 50**0.5, 0, 0, 50**0.5])


def test_the_interval_of_the_cdnow_sample_holds_what_it_bought_later() -> None:
    """1,882 actual purchases, 1,666 expected."""
    customers = cdnow_sample()
    histories = customers.histories
    purchases = outlook(PARETO_NBD, PARETO_NBD.fit(histories), histories, HOLDOUT_DAYS)
    total = total_purchases(purchases, histories.customers)
    assert customers.later.sum() == 1882
    np.testing.assert_allclose([total.low, total.high], [1416.5, 1934.4], atol=0.5)


def test_the_spread_of_parameters_is_that_of_refits_to_resampled_customers() -> None:
    """Poisson bootstrap: the weight of each customer is a Poisson variable with mean 1."""
    world = pareto_world(np.random.default_rng(6), 4000, WORLD, ages=(1, 364), horizon=0)
    histories = world.histories
    fit = PARETO_NBD.fit(histories)
    random = np.random.default_rng(7)
    refits = [PARETO_NBD.fit(_resampled(random, histories)) for _ in range(20)]
    spread = np.std([np.log(refit.parameters) for refit in refits], axis=0)
    np.testing.assert_allclose(spread, np.sqrt(np.diag(fit.covariance)), rtol=0.5)


def _resampled(random: np.random.Generator, histories: Histories) -> Histories:
    customers = random.poisson(histories.customers).astype(np.float64)
    drawn = customers > 0
    return Histories(
        repeats=histories.repeats[drawn],
        recency=histories.recency[drawn],
        age=histories.age[drawn],
        customers=customers[drawn],
    )


def covers(low: float | Floats, high: float | Floats, truth: float | Floats | Integers) -> NDArray[np.bool_]:
    return np.asarray((np.asarray(low) <= truth) & (truth <= np.asarray(high) * (1 + 1e-9)))


@pytest.mark.slow
def test_95_percent_intervals_of_100_pareto_shops_hold_half_a_year_of_purchases_and_spend() -> None:
    """Totals between 90 and 99 times; single customers, whose purchases are whole numbers, more often."""
    shops = np.array([_pareto_shop(seed) for seed in range(100)])
    purchases, spend, by_classes, of_customers, spend_of_customers = shops.mean(axis=0)
    assert 0.90 <= purchases <= 0.99
    assert 0.90 <= spend <= 0.99
    assert 0.90 <= by_classes <= 1.0
    assert 0.95 <= of_customers <= 0.99
    assert 0.95 <= spend_of_customers <= 0.99


def _pareto_shop(seed: int) -> tuple[float, ...]:
    random = np.random.default_rng(seed)
    world = pareto_world(random, 2000, WORLD, ages=(1, 728), horizon=HALF_A_YEAR)
    past, future = spend_of(random, world.repeats, world.later, SPEND)
    histories, places = distinct_histories(world.repeats, world.recency, world.age)
    fit = PARETO_NBD.fit(histories)
    assert fit.is_certified
    purchases = outlook(PARETO_NBD, fit, histories, HALF_A_YEAR).at(places)
    model = spend_model(world.repeats, past)
    costs = spend_outlook(model, world.repeats, past), class_outlook(model, world.repeats, past)
    total = total_purchases(purchases, np.ones(places.size))
    spends = [total_spend(purchases, cost) for cost in costs]
    return (
        float(covers(total.low, total.high, world.later.sum())),
        *(float(covers(spend.low, spend.high, future.sum())) for spend in spends if spend),
        covers(*purchase_bounds(purchases), world.later).mean(),
        covers(*spend_bounds(purchases, costs[0]), future).mean(),
    )


@pytest.mark.slow
def test_95_percent_intervals_of_100_bg_nbd_shops_hold_half_a_year_of_purchases() -> None:
    shops = np.array([_bg_nbd_shop(seed) for seed in range(100)])
    totals, of_customers = shops.mean(axis=0)
    assert 0.90 <= totals <= 0.99
    assert 0.95 <= of_customers <= 0.99


def _bg_nbd_shop(seed: int) -> tuple[float, float]:
    customers = simulate(World(customers=2000, longest_age=365), seed, HALF_A_YEAR)
    histories, places = distinct_histories(customers.repeats, customers.recency, customers.age)
    fit = BG_NBD.fit(histories)
    purchases = outlook(BG_NBD, fit, histories, HALF_A_YEAR).at(places)
    total = total_purchases(purchases, np.ones(places.size))
    return (
        float(covers(total.low, total.high, customers.later.sum())),
        float(covers(*purchase_bounds(purchases), customers.later).mean()),
    )
