"""BG/NBD and MBG/NBD against arithmetic with 40 digits, and in cases where other libraries fail."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import World, simulate

from wieder.models.beta_geometric_fit import objective
from wieder.models.bg_nbd import BG_NBD
from wieder.models.fitting import Doubt
from wieder.models.histories import Histories
from wieder.models.mbg_nbd import MBG_NBD
from wieder.models.nbd import fit_nbd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from wieder.models.purchase_model import PurchaseModel

    Floats = NDArray[np.float64]

BOTH = pytest.mark.parametrize("model", [BG_NBD, MBG_NBD], ids=lambda model: model.name)
YEARLY_RATE = 0.1

HISTORIES = [(0, 0, 0), (0, 0, 700), (1, 0, 0), (1, 30, 30), (2, 213, 272), (40, 100, 600), (3000, 520, 520)]
"""Repeats, recency, age."""
PARAMETERS = [
    (0.2426, 30.895, 0.7929, 2.4259),
    (0.55, 10.0, 1.0, 2.0),
    (0.55, 10.0, 1 + 1e-9, 2.0),
    (2.0, 3.0, 3.0, 3.0),
    (0.05, 0.5, 0.03, 0.4),
    (1.0, 400.0, 12.0, 50.0),
]


def histories_of(rows: Sequence[tuple[int, int, int]], customers: Sequence[float] | None = None) -> Histories:
    repeats, recency, age = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    counts = np.ones(len(rows)) if customers is None else np.array(customers, dtype=np.float64)
    return Histories(repeats=repeats, recency=recency, age=age, customers=counts)


class Exact:
    """The formulas of the papers, without regard to rounding."""

    def __init__(self, model: PurchaseModel, parameters: tuple[float, ...]) -> None:
        self.r, self.alpha, self.a, self.b = map(mpmath.mpf, parameters)
        self.first = int(model is MBG_NBD)

    def parts(self, x: int, recency: int, age: float) -> tuple[Any, Any]:
        """The likelihood of being alive with this history, and of having left with the last purchase."""
        r, alpha, a, b, chances = self.r, self.alpha, self.a, self.b, x + self.first
        purchases = mpmath.gamma(r + x) / mpmath.gamma(r) * alpha**r
        alive = mpmath.beta(a, b + chances) / mpmath.beta(a, b) * (alpha + age) ** -(r + x)
        left = mpmath.mpf(0)
        if chances:
            left = mpmath.beta(a + 1, b + chances - 1) / mpmath.beta(a, b) * (alpha + recency) ** -(r + x)
        return purchases * alive, purchases * left

    def log_likelihood(self, x: int, recency: int, age: int) -> Any:
        return mpmath.log(sum(self.parts(x, recency, age)))

    def alive(self, x: int, recency: int, age: int) -> Any:
        alive, left = self.parts(x, recency, age)
        return alive / (alive + left)

    def none(self, x: int, recency: int, age: int, days: int) -> Any:
        """The likelihood of a longer observation, over the likelihood."""
        return sum(self.parts(x, recency, age + days)) / sum(self.parts(x, recency, age))

    def expected(self, x: int, recency: int, age: int, days: int) -> Any:
        """Fader, Hardie and Lee (2005), equation 10; a = 1 is taken as the limit."""
        a = self.a + (mpmath.mpf(10) ** -25 if self.a == 1 else 0)
        b = self.b + x + self.first
        share = mpmath.mpf(days) / (self.alpha + age)
        factor = 1 - mpmath.hyp2f1(self.r + x, a - 1, a + b - 1, -share)
        return self.alive(x, recency, age) * (a + b - 1) / (a - 1) * factor

    def rate(self, x: int, age: int, days: Any) -> Any:
        """The purchase rate per day at a given time ahead, of a customer who is alive now."""
        scale, b = self.alpha + age, self.b + x + self.first
        return (
            (self.r + x)
            / scale
            * mpmath.hyp2f1(self.r + x + 1, self.a, self.a + b, -mpmath.mpf(days) / scale)
        )

    def pair_rate(self, x: int, age: int, days: Any) -> Any:
        """The rate of a purchase then and one at a given earlier time, after which the customer stayed."""
        scale, b, shape = self.alpha + age, self.b + x + self.first, self.r + x
        staying = shape * (shape + 1) / scale**2 * b / (self.a + b)
        return staying * mpmath.hyp2f1(shape + 2, self.a, self.a + b + 1, -mpmath.mpf(days) / scale)


@pytest.fixture(autouse=True)
def _digits() -> Any:
    with mpmath.workdps(40):
        yield


CASES = list(product([BG_NBD, MBG_NBD], PARAMETERS))


@pytest.mark.parametrize(("model", "parameters"), CASES)
def test_the_past_is_right_to_the_last_digits(model: PurchaseModel, parameters: tuple[float, ...]) -> None:
    exact, values = Exact(model, parameters), np.array(parameters)
    histories = histories_of(HISTORIES)

    likelihoods = [float(exact.log_likelihood(*history)) for history in HISTORIES]
    np.testing.assert_allclose(model.log_likelihood(values, histories), likelihoods, rtol=1e-11, atol=1e-10)
    alive = [float(exact.alive(*history)) for history in HISTORIES]
    np.testing.assert_allclose(model.probability_alive(values, histories), alive, rtol=1e-11, atol=1e-300)


@pytest.mark.parametrize(("model", "parameters"), CASES)
@pytest.mark.parametrize("days", [0, 1, 182, 3650])
def test_the_future_is_right_to_the_last_digits(
    model: PurchaseModel, parameters: tuple[float, ...], days: int
) -> None:
    exact, values = Exact(model, parameters), np.array(parameters)
    histories = histories_of(HISTORIES)

    none = [float(exact.none(*history, days)) for history in HISTORIES]
    np.testing.assert_allclose(model.probability_of_none(values, histories, days), none, rtol=1e-9)
    expected = [float(exact.expected(*history, days)) for history in HISTORIES]
    np.testing.assert_allclose(
        model.expected_purchases(values, histories, days), expected, rtol=1e-9, atol=1e-300
    )


@pytest.mark.parametrize(("model", "parameters"), CASES[::4])
def test_the_variance_of_the_future_is_right(model: PurchaseModel, parameters: tuple[float, ...]) -> None:
    exact, values = Exact(model, parameters), np.array(parameters)
    rows = [(0, 0, 0), (2, 213, 272), (40, 100, 600)]

    got = model.expected_pairs(values, histories_of(rows), 365)

    with mpmath.workdps(15):
        expected = [
            exact.alive(x, recency, age)
            * mpmath.quad(lambda day, x=x, age=age: 2 * day * exact.pair_rate(x, age, day), [0, 10, 100, 365])
            for x, recency, age in rows
        ]
    np.testing.assert_allclose(got, [float(value) for value in expected], rtol=1e-9)


@pytest.mark.parametrize(("model", "parameters"), CASES[::4])
@pytest.mark.parametrize("days", [365, np.inf])
def test_the_discounted_future_is_right(
    model: PurchaseModel, parameters: tuple[float, ...], days: float
) -> None:
    exact, values = Exact(model, parameters), np.array(parameters)
    rows = [(0, 0, 0), (40, 100, 600)]
    daily_rate = mpmath.log(1 + mpmath.mpf(YEARLY_RATE)) / 365
    steps = [0, 1, 10, 100, 365] + [1000, 10_000, 100_000] * (days > 365)

    got = model.discounted_purchases(values, histories_of(rows), days, YEARLY_RATE)

    with mpmath.workdps(15):
        for value, (x, recency, age) in zip(got, rows, strict=True):
            while_alive = mpmath.quad(
                lambda day, x=x, age=age: mpmath.exp(-daily_rate * day) * exact.rate(x, age, day), steps
            )
            assert value == pytest.approx(float(while_alive * exact.alive(x, recency, age)), rel=1e-9)


@BOTH
def test_a_new_customer_is_one_without_a_past(model: PurchaseModel) -> None:
    values = np.array(PARAMETERS[0])

    got = model.expected_of_new(values, np.array([0.0, 30.0, 365.0]))

    exact = Exact(model, PARAMETERS[0])
    np.testing.assert_allclose(got, [float(exact.expected(0, 0, 0, days)) for days in (0, 30, 365)])


@BOTH
def test_everything_is_finite_for_every_customer(model: PurchaseModel) -> None:
    rows = [*HISTORIES, (1_000_000, 5000, 5000), (10, 0, 5000), (0, 0, 20_000)]
    histories = histories_of(rows)
    for parameters in product([0.01, 50.0], [0.01, 1000.0], [0.01, 100.0], [0.01, 100.0]):
        values = np.array(parameters)
        shares = [
            model.probability_alive(values, histories),
            model.probability_of_none(values, histories, 90),
        ]
        counts = [
            model.expected_purchases(values, histories, 90),
            model.discounted_purchases(values, histories, np.inf, YEARLY_RATE),
        ]
        assert np.isfinite(model.log_likelihood(values, histories)).all()
        assert all(((share >= 0) & (share <= 1)).all() for share in shares)
        assert all((np.isfinite(count) & (count >= 0)).all() for count in counts)


@BOTH
def test_there_may_be_no_customers(model: PurchaseModel) -> None:
    nobody, values = histories_of([]), np.array(PARAMETERS[0])

    assert model.probability_of_none(values, nobody, 90).size == 0
    assert model.expected_purchases(values, nobody, 90).size == 0


def test_the_usual_formula_fails_at_a_of_1_and_this_one_does_not() -> None:
    """lifetimes, pymc-marketing, clvkit and CLVTools divide by a - 1: infinite, or wrong in the 4th digit."""
    histories = histories_of(HISTORIES)

    at, near, beside = (
        BG_NBD.expected_purchases(np.array([0.55, 10.0, a, 2.0]), histories, 365)
        for a in (1.0, 1 + 1e-9, 1 + 1e-5)
    )

    np.testing.assert_allclose(near, at, rtol=1e-7)
    np.testing.assert_allclose(beside, at, rtol=1e-3)


logs = st.tuples(*(st.floats(low, high) for low, high in [(-2, 1.5), (0, 6), (-2, 2), (-2, 3)]))


@BOTH
@settings(max_examples=40, deadline=None)
@given(place=logs.map(np.array))
def test_gradient_and_hessian_agree_with_differences(model: PurchaseModel, place: Floats) -> None:
    histories = histories_of(HISTORIES[:-1], [5, 300, 2, 40, 20, 8])
    mean = objective(histories, leaves_after_first=model is MBG_NBD)
    found, step = mean(place), 1e-5

    ahead, behind = ([mean(place + sign * row) for row in step * np.eye(4)] for sign in (1, -1))
    slopes = [(up.value - down.value) / (2 * step) for up, down in zip(ahead, behind, strict=True)]
    bends = [(up.gradient - down.gradient) / (2 * step) for up, down in zip(ahead, behind, strict=True)]

    np.testing.assert_allclose(found.gradient, slopes, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(found.hessian, bends, rtol=1e-6, atol=1e-6)
    weights = histories.customers / histories.total
    each = model.log_likelihood(np.exp(place), histories)
    assert found.value == pytest.approx((weights * each).sum(), rel=1e-12)


@BOTH
def test_unusable_data_is_refused_by_name(model: PurchaseModel) -> None:
    refusals = {
        Doubt.TOO_FEW_CUSTOMERS: [histories_of([]), histories_of([(1, 5, 100), (2, 50, 100)])],
        Doubt.NO_REPEATS: [
            histories_of([(0, 0, 500), (0, 0, 300)], [900, 100]),
            histories_of([(0, 0, 0)], [1000]),
            histories_of([(3, 50, 60)], [1000]),
        ],
    }
    for doubt, cases in refusals.items():
        for histories in cases:
            fit = model.fit(histories)
            assert fit.doubts == (doubt,)
            assert np.isnan(fit.parameters).all()


@st.composite
def odd_histories(draw: st.DrawFn) -> Histories:
    """Unrealistic customers: thousands of purchases in a day, or all histories equal."""
    ages = draw(st.lists(st.integers(0, 2000), min_size=1, max_size=12))
    repeats = [draw(st.integers(0, 10 ** draw(st.integers(0, 6)))) for _ in ages]
    recency = [draw(st.integers(0, age)) * (x > 0) for x, age in zip(repeats, ages, strict=True)]
    customers = [float(10 ** draw(st.integers(0, 5))) for _ in ages]
    return histories_of(list(zip(repeats, recency, ages, strict=True)), customers)


@BOTH
@settings(max_examples=30, deadline=None)
@given(histories=odd_histories())
def test_odd_data_are_fitted_or_refused_but_raise_nothing(model: PurchaseModel, histories: Histories) -> None:
    fit = model.fit(histories)

    assert fit.doubts or np.isfinite(fit.covariance).all()
    assert fit.customers == histories.total


@BOTH
@pytest.mark.parametrize(
    ("world", "doubt"),
    [
        (World(a=1e-9, b=1.0), Doubt.WORSE_THAN_NESTED),
        (World(a=2000.0, b=8000.0), Doubt.RIDGE),
        (World(r=2000.0, alpha=2000.0 * 60, a=2000.0, b=8000.0), Doubt.RIDGE),
    ],
    ids=["no customer leaves", "equal dropout", "equal customers"],
)
def test_a_model_with_more_parameters_than_the_data_supports_is_refused(
    model: PurchaseModel, world: World, doubt: Doubt
) -> None:
    assert doubt in model.fit(simulate(world, seed=1).histories).doubts


@BOTH
def test_purchases_by_the_hundred_thousand_are_fitted(model: PurchaseModel) -> None:
    fit = model.fit(histories_of([(0, 0, 365), (3, 100, 365), (100_000, 300, 365)], [500, 400, 1]))

    assert fit.is_certified
    assert fit.log_likelihood > fit_nbd(histories_of([(0, 0, 365), (3, 100, 365)], [500, 400])).log_likelihood


def test_the_covariance_is_one_of_all_pairs() -> None:
    """lifetimes scales each covariance by only one of the two parameters, so its matrix is not symmetric."""
    fit = BG_NBD.fit(simulate(World(), seed=1).histories)

    np.testing.assert_allclose(fit.covariance, fit.covariance.T)
    assert (np.linalg.eigvalsh(fit.covariance) > 0).all()


@BOTH
def test_no_likelihood_nearby_is_higher(model: PurchaseModel) -> None:
    """Other libraries stop 0.01 short, or a factor of 10 ** 100 away, and report convergence."""
    histories = simulate(World(), seed=1).histories
    fit = model.fit(histories)
    random = np.random.default_rng(1)

    assert fit.is_certified
    assert fit.gradient < 1e-8
    for size in (1e-3, 0.1, 1.0):
        nearby = fit.parameters * np.exp(random.normal(0, size, (20, 4)))
        likelihoods = [histories.customers @ model.log_likelihood(place, histories) for place in nearby]
        assert max(likelihoods) < fit.log_likelihood
