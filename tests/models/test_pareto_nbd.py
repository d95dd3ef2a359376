"""Pareto/NBD against published tables, against arithmetic with 60 digits, and where other libraries fail."""

from __future__ import annotations

import math
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import mpmath
import numpy as np
import pareto_oracle as exact
import pytest
from cdnow import DAYS_PER_WEEK, HOLDOUT_DAYS, cdnow_master, cdnow_sample
from hypothesis import given, settings
from hypothesis import strategies as st
from pareto_worlds import pareto_world

from wieder.models.fitting import Doubt
from wieder.models.histories import Histories
from wieder.models.nbd import fit_nbd
from wieder.models.pareto_likelihood import mean_log_likelihood
from wieder.models.pareto_nbd import PARETO_NBD
from wieder.models.pareto_posterior import Population

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from wieder.models.fitting import Fit

    Floats = NDArray[np.float64]
    Row = tuple[int, int, int]

WEEKS = np.array([1, DAYS_PER_WEEK, 1, DAYS_PER_WEEK])
"""Divisors that convert parameters in days to those of the papers."""
STORED = np.array([0.5532770472, 10.57768346, 0.6062399876, 11.66873521]) * WEEKS
"""The maximum on the CDNOW sample."""
BTYD = np.array([0.5533971, 10.5801985, 0.6060625, 11.6562237]) * WEEKS
"""The final parameters of the walkthrough of the R package BTYD, from which its figures are computed."""
WORLD = np.array([0.55, 74.0, 0.6, 82.0])
MASTER = Path(__file__).parents[3] / "shared/data/cdnow_master/raw/CDNOW_master.txt"


def histories_of(rows: Sequence[Row]) -> Histories:
    """One customer per row of repeats, recency, age."""
    repeats, recency, age = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return Histories(repeats=repeats, recency=recency, age=age, customers=np.ones(repeats.size))


def in_weeks(fit: Fit, repeats: NDArray[np.int64]) -> float:
    """The log-likelihood in weeks: each repeat purchase contributes a density in time."""
    return fit.log_likelihood + int(repeats.sum()) * math.log(DAYS_PER_WEEK)


@cache
def cdnow_fit() -> Fit:
    return PARETO_NBD.fit(cdnow_sample().histories)


class TestCdnowSample:
    """Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way."""

    def test_fader_hardie_lee_2005_table_2(self) -> None:
        fit = cdnow_fit()
        assert fit.is_certified
        assert fit.names == ("r", "alpha", "s", "beta")
        np.testing.assert_allclose(fit.parameters / WEEKS, [0.553, 10.578, 0.606, 11.669], rtol=1e-3)
        np.testing.assert_allclose(
            fit.parameters / WEEKS, [0.5532770, 10.577683, 0.6062400, 11.668735], rtol=1e-6
        )
        assert in_weeks(fit, cdnow_sample().repeats) == pytest.approx(-9594.976179, abs=1e-5)

    def test_standard_errors(self) -> None:
        errors = [0.04762793, 0.8427225, 0.1872813, 6.211114]
        np.testing.assert_allclose(cdnow_fit().standard_errors / WEEKS, errors, rtol=1e-5)

    def test_customer_1516_of_the_btyd_walkthrough(self) -> None:
        customers = cdnow_sample()
        heavy = np.flatnonzero((customers.repeats == 26) & (customers.recency == 216))
        history = histories_of([(26, 216, int(customers.age[heavy[0]]))])
        assert history.age[0] == 31 * DAYS_PER_WEEK
        assert PARETO_NBD.expected_purchases(BTYD, history, 364)[0] == pytest.approx(25.45418, abs=5e-6)
        assert PARETO_NBD.probability_alive(BTYD, history)[0] == pytest.approx(0.997873408, abs=5e-9)

    def test_increasing_frequency_paradox_of_the_btyd_walkthrough(self) -> None:
        """Among customers silent for equally long, the most frequent buyer is the least likely to return."""
        history = histories_of([(x, 140, 273) for x in (10, 15, 20, 25)])
        np.testing.assert_allclose(
            PARETO_NBD.expected_purchases(BTYD, history, 364),
            [0.7059673, 0.1441878, 0.02249928, 0.003091790],
            rtol=1e-6,
        )

    def test_a_new_customer_in_a_year(self) -> None:
        assert PARETO_NBD.expected_of_new(STORED, np.array([364.0]))[0] == pytest.approx(1.473434, abs=1e-6)
        assert PARETO_NBD.expected_of_new(BTYD, np.array([364.0]))[0] == pytest.approx(1.4731127, abs=2e-7)

    def test_the_sum_of_conditional_expectations(self) -> None:
        expected = PARETO_NBD.expected_purchases(STORED, cdnow_sample().each, HOLDOUT_DAYS)
        assert expected.sum() == pytest.approx(1665.51, abs=0.005)

    def test_mean_probability_alive(self) -> None:
        alive = PARETO_NBD.probability_alive(STORED, cdnow_sample().each)
        assert alive.mean() == pytest.approx(0.44628, abs=5e-6)

    def test_fader_hardie_lee_2005_cumulative_sales_are_2_percent_under(self) -> None:
        """4,339 repeat purchases in 78 weeks."""
        customers = cdnow_sample()
        expected = PARETO_NBD.expected_of_new(STORED, (customers.age + HOLDOUT_DAYS).astype(np.float64))
        actual = customers.repeats.sum() + customers.later.sum()
        assert actual == 4339
        assert expected.sum() / actual == pytest.approx(0.9841, abs=5e-5)

    def test_fader_hardie_lee_2005_zero_class_and_correlation(self) -> None:
        customers = cdnow_sample()
        expected = PARETO_NBD.expected_purchases(STORED, customers.each, HOLDOUT_DAYS)
        assert expected[customers.repeats == 0].mean() == pytest.approx(0.14, abs=0.005)
        assert np.corrcoef(expected, customers.later)[0, 1] == pytest.approx(0.630, abs=5e-4)


@pytest.mark.skipif(not MASTER.exists(), reason="the data of all CDNOW customers are not part of the project")
def test_all_customers_of_cdnow() -> None:
    customers = cdnow_master(MASTER)
    fit = PARETO_NBD.fit(customers.histories)
    assert fit.is_certified
    np.testing.assert_allclose(
        fit.parameters / WEEKS, [0.5974199639, 11.5856576, 0.522185667, 8.82776073], rtol=1e-6
    )
    assert in_weeks(fit, customers.repeats) == pytest.approx(-95415.118617, abs=1e-4)


HARD = [(221, 724, 725), (254, 680, 681), (161, 663, 686), (204, 690, 696)]
"""The tests of CLVTools require finite values for these."""
ORDINARY = [(0, 0, 0), (0, 0, 1), (0, 0, 273), (1, 1, 273), (5, 5, 6), (26, 216, 217), (1000, 1001, 1500)]
CASES = [
    pytest.param((0.5143, 2.8845 * 7, 0.2856, 14.1087 * 7), HARD, id="CLVTools"),
    pytest.param(tuple(STORED.tolist()), [*ORDINARY, (3000, 3000, 3000)], id="CDNOW"),
    pytest.param((0.5, 0.056, 0.6, 80.0), ORDINARY[:5], id="alpha far below a day"),
    pytest.param((0.5, 50.0, 0.6, 0.01), ORDINARY[2:5], id="beta far below a day"),
    pytest.param((0.5, 50.0, 1.0, 50.0), ORDINARY[:5], id="alpha equal to beta, s of 1"),
    pytest.param((0.433, 69.65, 99.3, 57790.6), ORDINARY, id="where lifetimes ended"),
    pytest.param((0.5, 50.0, 1.3e5, 4.9e7), ORDINARY[:5], id="on a ridge"),
]


@pytest.mark.parametrize(("parameters", "rows"), CASES)
def test_the_past_is_right_to_the_last_digits(parameters: exact.Parameters, rows: list[Row]) -> None:
    values, histories = np.array(parameters), histories_of(rows)
    likelihoods = [float(mpmath.log(exact.likelihood(parameters, *row))) for row in rows]
    np.testing.assert_allclose(
        PARETO_NBD.log_likelihood(values, histories), likelihoods, rtol=1e-14, atol=1e-12
    )
    alive = [float(exact.probability_alive(parameters, *row)) for row in rows]
    np.testing.assert_allclose(PARETO_NBD.probability_alive(values, histories), alive, rtol=1e-12)


@pytest.mark.parametrize(("parameters", "rows"), CASES)
@pytest.mark.parametrize("days", [0, 1, 90, 730])
def test_none_is_the_likelihood_of_having_been_watched_for_longer(
    parameters: exact.Parameters, rows: list[Row], days: int
) -> None:
    longer = [
        float(
            exact.likelihood(parameters, x, recency, age + days)
            / exact.likelihood(parameters, x, recency, age)
        )
        for x, recency, age in rows
    ]
    found = PARETO_NBD.probability_of_none(np.array(parameters), histories_of(rows), days)
    np.testing.assert_allclose(found, longer, rtol=1e-11)


@pytest.mark.parametrize(("parameters", "rows"), CASES)
@pytest.mark.parametrize(("days", "yearly_rate"), [(182, 0.0), (182, 0.1), (np.inf, 0.1), (np.inf, 0.001)])
def test_the_future_is_right_discounted_or_not(
    parameters: exact.Parameters, rows: list[Row], days: float, yearly_rate: float
) -> None:
    values, histories = np.array(parameters), histories_of(rows)
    daily = float(np.log1p(yearly_rate) / 365)
    expected = [
        float(exact.discounted_while_alive(parameters, row[0], row[2], days, daily)) for row in rows
    ] * PARETO_NBD.probability_alive(values, histories)
    found = PARETO_NBD.discounted_purchases(values, histories, days, yearly_rate)
    np.testing.assert_allclose(found, expected, rtol=1e-11)
    if not yearly_rate:
        plain = PARETO_NBD.expected_purchases(values, histories, days)
        np.testing.assert_allclose(plain, expected, rtol=1e-12)


@pytest.mark.parametrize(("parameters", "rows"), CASES)
def test_pairs_of_purchases_are_right(parameters: exact.Parameters, rows: list[Row]) -> None:
    values, histories = np.array(parameters), histories_of(rows)
    pairs = [float(exact.pairs_while_alive(parameters, row[0], row[2], 182)) for row in rows]
    found = PARETO_NBD.expected_pairs(values, histories, 182)
    np.testing.assert_allclose(found, pairs * PARETO_NBD.probability_alive(values, histories), rtol=1e-11)


def test_without_an_end_or_a_discount_the_sum_is_finite_only_if_customers_leave_soon() -> None:
    history = histories_of([(2, 213, 272)])
    lasting, leaving = np.array([0.5, 50.0, 0.9, 50.0]), np.array([0.5, 50.0, 1.5, 50.0])
    assert PARETO_NBD.expected_purchases(lasting, history, np.inf)[0] == np.inf
    forever = PARETO_NBD.discounted_purchases(leaving, history, np.inf, 0.0)
    np.testing.assert_allclose(forever, PARETO_NBD.expected_purchases(leaving, history, np.inf))


def test_everything_is_finite_for_every_customer() -> None:
    histories = histories_of([*HARD, *ORDINARY, (1_000_000, 5000, 5000), (10, 0, 4000), (0, 0, 6000)])
    for parameters in product([0.01, 50.0], [0.01, 1000.0], [0.01, 100.0], [0.01, 1000.0]):
        values = np.array(parameters)
        shares = [
            PARETO_NBD.probability_alive(values, histories),
            PARETO_NBD.probability_of_none(values, histories, 90),
        ]
        counts = [
            PARETO_NBD.expected_purchases(values, histories, 90),
            PARETO_NBD.expected_pairs(values, histories, 90),
            PARETO_NBD.discounted_purchases(values, histories, np.inf, 0.1),
        ]
        assert np.isfinite(PARETO_NBD.log_likelihood(values, histories)).all()
        assert all(((share >= 0) & (share <= 1)).all() for share in shares)
        assert all((np.isfinite(count) & (count >= 0)).all() for count in counts)


def test_there_may_be_no_customers() -> None:
    nobody = histories_of([])
    assert PARETO_NBD.probability_of_none(WORLD, nobody, 90).size == 0
    assert PARETO_NBD.expected_purchases(WORLD, nobody, 90).size == 0


SMALL_SHOP = Population(pareto_world(np.random.default_rng(5), 60, WORLD, ages=(0, 400), horizon=0).histories)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=4, max_size=4))
def test_gradient_and_hessian_are_those_of_the_likelihood(away: list[float]) -> None:
    place, step = np.log(WORLD) + np.array(away), 1e-5
    at = mean_log_likelihood(place, SMALL_SHOP)
    around = [
        [mean_log_likelihood(place + sign * shift, SMALL_SHOP) for sign in (1, -1)]
        for shift in step * np.eye(4)
    ]
    slopes = [(up.value - down.value) / (2 * step) for up, down in around]
    np.testing.assert_allclose(at.gradient, slopes, rtol=1e-6, atol=1e-8)
    bends = [(up.gradient - down.gradient) / (2 * step) for up, down in around]
    np.testing.assert_allclose(at.hessian, bends, rtol=1e-6, atol=1e-8)


def test_tables_in_blocks_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    histories = cdnow_sample().histories
    whole = mean_log_likelihood(np.log(STORED), Population(histories))
    monkeypatch.setattr("wieder.models.pareto_posterior.LARGEST_TABLE", 1000)
    population = Population(histories)
    assert len(population.blocks) > 5
    blocks = mean_log_likelihood(np.log(STORED), population)
    assert blocks.value == pytest.approx(whole.value, rel=1e-14)
    np.testing.assert_allclose(blocks.gradient, whole.gradient, atol=1e-13)
    np.testing.assert_allclose(
        PARETO_NBD.probability_alive(STORED, histories),
        population.per_history(STORED, lambda known: known.alive),
    )


def test_ten_thousand_customers_end_at_the_maximum_where_lifetimes_does_not() -> None:
    """From its random start, lifetimes ends at s = 99, 73 below the maximum, with NaN for customers."""
    world = pareto_world(np.random.default_rng(11), 10_000, WORLD, ages=(1, 728), horizon=0)
    fit = PARETO_NBD.fit(world.histories)
    assert fit.is_certified
    astray = PARETO_NBD.log_likelihood(np.array([0.433, 69.65, 99.3, 57790.6]), world.each)
    assert np.isfinite(astray).all()
    assert fit.log_likelihood > astray.sum() + 10
    assert (np.abs(fit.parameters - WORLD) < 4 * fit.standard_errors).all()


def test_a_million_customers_are_fitted_as_their_sample_is_and_further() -> None:
    world = pareto_world(np.random.default_rng(12), 200_000, WORLD, ages=(1, 728), horizon=0)
    fit = PARETO_NBD.fit(world.histories)
    assert world.histories.size > 50_000
    assert fit.is_certified
    assert fit.gradient < 1e-9


def test_one_rate_of_dropout_for_everybody_is_a_ridge() -> None:
    same_for_all = np.array([0.55, 74.0, 1e6, 2e8])
    world = pareto_world(np.random.default_rng(3), 3000, same_for_all, ages=(1, 600), horizon=0)
    assert PARETO_NBD.fit(world.histories).doubts == (Doubt.RIDGE,)


def test_one_rate_of_purchase_for_everybody_is_a_ridge() -> None:
    same_for_all = np.array([1e6, 1e8, 0.6, 82.0])
    world = pareto_world(np.random.default_rng(3), 3000, same_for_all, ages=(1, 600), horizon=0)
    assert Doubt.RIDGE in PARETO_NBD.fit(world.histories).doubts


def test_without_dropout_the_nbd_is_equally_good() -> None:
    nobody_leaves = np.array([0.55, 74.0, 100.0, 1e9])
    world = pareto_world(np.random.default_rng(4), 2000, nobody_leaves, ages=(1, 600), horizon=0)
    fit = PARETO_NBD.fit(world.histories)
    assert not fit.is_certified
    assert fit.log_likelihood < fit_nbd(world.histories).log_likelihood + 2


@pytest.mark.parametrize(
    ("rows", "doubt"),
    [
        pytest.param([(2, 30, 90), (0, 0, 90)], Doubt.TOO_FEW_CUSTOMERS, id="two customers"),
        pytest.param([(0, 0, age) for age in range(100)], Doubt.NO_REPEATS, id="all one-time buyers"),
        pytest.param([(5, 80, 90)] * 100, Doubt.RIDGE, id="all the same, one row per customer"),
    ],
)
def test_unusable_data_is_refused_by_name(rows: list[Row], doubt: Doubt) -> None:
    fit = PARETO_NBD.fit(histories_of(rows))
    assert doubt in fit.doubts
    assert not fit.is_certified


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 60), st.integers(0, 60)), min_size=30, max_size=60)
)
def test_whatever_the_histories_a_fit_is_certified_or_refused_with_a_reason(rows: list[Row]) -> None:
    possible = [(x, min(recency, age) if x else 0, age) for x, recency, age in rows]
    fit = PARETO_NBD.fit(histories_of(possible))
    assert fit.is_certified == (not fit.doubts)
    if fit.is_certified:
        assert np.isfinite([*fit.parameters, *fit.standard_errors]).all()
        assert fit.gradient < 1e-6


@pytest.mark.slow
def test_the_truth_of_20_shops_is_within_3_standard_errors() -> None:
    truths = np.exp(
        np.random.default_rng(1).uniform(np.log([0.3, 30, 0.4, 50]), np.log([1.2, 120, 1.2, 200]), (100, 4))
    )
    away = []
    for seed, truth in enumerate(truths[:20]):
        world = pareto_world(np.random.default_rng(100 + seed), 8000, truth, ages=(1, 728), horizon=0)
        fit = PARETO_NBD.fit(world.histories)
        assert fit.is_certified, (truth, fit)
        away.append((np.log(fit.parameters) - np.log(truth)) / np.sqrt(np.diag(fit.covariance)))
    assert np.abs(away).max() < 3
    assert np.sqrt(np.mean(np.square(away))) == pytest.approx(1, abs=0.3)
