"""The published figures for the customers of CDNOW.

FHL: Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24(2).
Figures with more digits than published come from an independent maximiser.
"""

from __future__ import annotations

import json
import warnings
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from cdnow import DAYS_PER_WEEK, HOLDOUT_DAYS, Customers, cdnow_master, cdnow_sample

from wieder.models.bg_nbd import BG_NBD
from wieder.models.mbg_nbd import MBG_NBD
from wieder.models.nbd import fit_nbd

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from wieder.models.fitting import Fit
    from wieder.models.histories import Histories

    Floats = NDArray[np.float64]

SHARED = Path(__file__).parents[3] / "shared"
MASTER = SHARED / "data/cdnow_master/raw/CDNOW_master.txt"
REFERENCE = SHARED / "reference/cdnow.bgnbd_gammagamma.json"
needs_master = pytest.mark.skipif(not MASTER.exists(), reason="CDNOW's master file is not here")

pytestmark = pytest.mark.core


@pytest.fixture(scope="module")
def customers() -> Customers:
    return cdnow_sample()


@pytest.fixture(scope="module")
def bg(customers: Customers) -> Floats:
    return BG_NBD.fit(customers.histories).parameters


def by_weeks(figures: Floats) -> Floats:
    """Parameters or standard errors with alpha in weeks, as in the papers."""
    scale = np.ones(figures.size)
    scale[1] = DAYS_PER_WEEK
    return np.asarray(figures / scale)


def log_likelihood_by_weeks(fit: Fit, customers: Customers) -> float:
    """The log-likelihood in weeks: per repeat purchase, the density by weeks is seven times that by days."""
    return fit.log_likelihood + int(customers.repeats.sum()) * log(DAYS_PER_WEEK)


def check(
    fit: Fit, customers: Customers, parameters: Sequence[float], errors: Sequence[float] | None, total: float
) -> None:
    assert fit.is_certified
    np.testing.assert_allclose(by_weeks(fit.parameters), parameters, rtol=2e-6)
    assert log_likelihood_by_weeks(fit, customers) == pytest.approx(total, abs=1e-4)
    if errors is not None:
        np.testing.assert_allclose(by_weeks(fit.standard_errors), errors, rtol=1e-5)


def test_the_sample_is_prepared_as_the_papers_do(customers: Customers) -> None:
    assert customers.number.size == 2357
    assert customers.repeats.sum() == 2457
    assert customers.later.sum() == 1882
    assert (customers.repeats == 0).sum() == 1411
    buyers = customers.repeats > 0
    means = customers.repeat_spend[buyers] / customers.repeats[buyers]
    assert means.mean() == pytest.approx(35.077848, abs=1e-6)


def test_bg_nbd_as_in_fhl_table_2(customers: Customers) -> None:
    fit = BG_NBD.fit(customers.histories)

    np.testing.assert_allclose(by_weeks(fit.parameters), [0.243, 4.414, 0.793, 2.426], atol=5.1e-4)
    assert log_likelihood_by_weeks(fit, customers) == pytest.approx(-9582.4, abs=0.05)
    parameters = [0.2425945224, 4.413602019, 0.7929220172, 2.425906777]
    check(fit, customers, parameters, [0.01255738, 0.3782241, 0.1857338, 0.7054143], -9582.429206674)


def test_mbg_nbd_as_in_the_tests_of_lifetimes(customers: Customers) -> None:
    fit = MBG_NBD.fit(customers.histories)

    np.testing.assert_allclose(by_weeks(fit.parameters), [0.525, 6.183, 0.891, 1.614], atol=5e-4)
    parameters = [0.5248431591, 6.18308528, 0.8913593907, 1.61400224]
    check(fit, customers, parameters, [0.08326821, 0.6956206, 0.1547899, 0.5374948], -9582.135715554)


def test_nbd_as_in_btydplus(customers: Customers) -> None:
    fit = fit_nbd(customers.histories)

    assert fit.is_certified
    np.testing.assert_allclose(by_weeks(fit.parameters), [0.3847658753, 12.07201373], rtol=2e-6)
    assert log_likelihood_by_weeks(fit, customers) == pytest.approx(-9763.657615, abs=1e-4)


@needs_master
@pytest.mark.parametrize(
    ("fitted", "parameters", "total"),
    [
        (BG_NBD.fit, [0.2516239592, 4.788942982, 0.7234335765, 2.161088358], -95368.443933161),
        (MBG_NBD.fit, [0.6371397048, 7.310289343, 0.807474131, 1.228394067], -95336.958319880),
    ],
)
def test_the_whole_cohort(fitted: Callable[[Histories], Fit], parameters: list[float], total: float) -> None:
    everybody = cdnow_master(MASTER)

    check(fitted(everybody.histories), everybody, parameters, None, total)


@needs_master
@pytest.mark.parametrize("part", ["cdnow_sample_1in10", "cdnow_full"])
def test_an_independent_fit_of_the_reference_data(part: str) -> None:
    expected = json.loads(REFERENCE.read_text(encoding="utf-8"))[part]
    everybody = cdnow_sample() if part == "cdnow_sample_1in10" else cdnow_master(MASTER)

    fit = BG_NBD.fit(everybody.histories)

    assert everybody.number.size == expected["customers"]
    assert everybody.repeats.sum() == expected["sum_x"]
    check(
        fit,
        everybody,
        [expected[name] for name in ("r", "alpha", "a", "b")],
        None,
        expected["log_likelihood"],
    )


def test_expected_repeats_of_a_new_customer_as_in_hardies_sheet(bg: Floats) -> None:
    weeks = np.array([0.1429, 1, 3, 31.8571, 32, 52, 78])
    expected = [0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.4440, 1.8580]

    np.testing.assert_allclose(BG_NBD.expected_of_new(bg, weeks * DAYS_PER_WEEK), expected, atol=5.1e-5)


def test_the_first_customer_of_hardies_sheet(customers: Customers, bg: Floats) -> None:
    first = customers.each_of(number=1)
    assert (first.repeats.item(), first.recency.item(), first.age.item()) == (2, 213, 272)

    expected = BG_NBD.expected_purchases(bg, first, 39 * DAYS_PER_WEEK)

    assert expected.item() == pytest.approx(1.226, abs=5e-4)


def test_customer_1516_of_the_btyd_walkthrough(customers: Customers, bg: Floats) -> None:
    busiest = customers.each_of(number=1516)
    assert (busiest.repeats.item(), busiest.recency.item(), busiest.age.item()) == (26, 216, 217)

    expected = BG_NBD.expected_purchases(bg, busiest, 52 * DAYS_PER_WEEK)

    # The walkthrough's own maximum has five digits.
    assert expected.item() == pytest.approx(25.75653805, rel=5e-5)
    assert BG_NBD.probability_alive(bg, busiest).item() == pytest.approx(0.968852152, rel=5e-6)


def test_conditional_expectations_as_in_fhl_table_3(customers: Customers, bg: Floats) -> None:
    expected = BG_NBD.expected_purchases(bg, customers.each, HOLDOUT_DAYS)

    assert expected.sum() == pytest.approx(1653.41, abs=5e-3)
    assert np.corrcoef(expected, customers.later)[0, 1] == pytest.approx(0.626, abs=5e-4)
    zero_class = customers.repeats == 0
    assert expected[zero_class].mean() == pytest.approx(0.23, abs=5e-3)
    assert customers.later[zero_class].sum() == 334
    assert BG_NBD.probability_alive(bg, customers.each).mean() == pytest.approx(0.81344, abs=5e-6)


def test_conditional_expectations_of_mbg_nbd(customers: Customers) -> None:
    parameters = MBG_NBD.fit(customers.histories).parameters

    expected = MBG_NBD.expected_purchases(parameters, customers.each, HOLDOUT_DAYS)

    assert expected.sum() == pytest.approx(1576.73, abs=5e-3)


def test_cumulative_repeats_at_week_78_are_four_per_cent_short_as_in_fhl(
    customers: Customers, bg: Floats
) -> None:
    ages, counts = np.unique(customers.age + HOLDOUT_DAYS, return_counts=True)

    expected = counts @ BG_NBD.expected_of_new(bg, ages.astype(np.float64))

    assert customers.repeats.sum() + customers.later.sum() == 4339
    assert expected / 4339 == pytest.approx(0.9589, abs=5e-5)


def test_the_histogram_of_repeats_fits_as_in_fhl(customers: Customers, bg: Floats) -> None:
    """Chi-square of 0, 1, ... 6, 7 and more; the probabilities are those of lifetimes, at our parameters."""
    actual = np.bincount(np.minimum(customers.repeats, 7))
    ages, counts = np.unique(customers.age, return_counts=True)
    lifetimes = lifetimes_fitter(bg)
    chances = lifetimes.probability_of_n_purchases_up_to_time
    expected = [sum(n * chances(age, x) for age, n in zip(ages, counts, strict=True)) for x in range(7)]
    expected.append(counts.sum() - sum(expected))

    chi_square = ((actual - expected) ** 2 / expected).sum()

    assert chi_square == pytest.approx(4.82, abs=5e-3)


def test_lifetimes_agrees_where_it_is_right(customers: Customers, bg: Floats) -> None:
    fitter, each = lifetimes_fitter(bg), customers.each
    history = each.repeats, each.recency, each.age

    alive = fitter.conditional_probability_alive(*history)
    later = fitter.conditional_expected_number_of_purchases_up_to_time(HOLDOUT_DAYS, *history)

    np.testing.assert_allclose(BG_NBD.probability_alive(bg, each), alive, rtol=1e-10)
    np.testing.assert_allclose(BG_NBD.expected_purchases(bg, each, HOLDOUT_DAYS), later, rtol=1e-8)


def lifetimes_fitter(parameters: Floats) -> Any:
    """BG/NBD of the package lifetimes, with these parameters."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from lifetimes import BetaGeoFitter  # noqa: PLC0415
    fitter = BetaGeoFitter()
    fitter.params_ = dict(zip(("r", "alpha", "a", "b"), parameters, strict=True))
    return fitter
