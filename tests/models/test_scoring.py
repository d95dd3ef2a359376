"""Scores of forecasts: by hand, against naive definitions, and by invariants."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from wieder.models.scoring import (
    area_under_curve,
    brier_score,
    brier_skill,
    calibration_error,
    deciles,
    gini,
    log_loss,
    mean_absolute_error,
    normalised_gini,
    rank_correlation,
    ranking,
    relative_error,
    top_decile_capture,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def floats(*values: float) -> Floats:
    return np.array(values, dtype=np.float64)


def test_errors_of_cases_by_hand() -> None:
    forecast, actual = floats(1, 2, 3, 0), floats(2, 2, 0, 1)
    assert mean_absolute_error(forecast, actual) == pytest.approx((1 + 0 + 3 + 1) / 4)
    assert relative_error(forecast, actual) == pytest.approx(5 / 5)


def test_equal_forecasts_share_their_places() -> None:
    ranked = ranking(floats(5, 1, 5, 3))
    assert ranked.places.tolist() == [3.5, 1, 3.5, 2]
    assert ranked.averaged(floats(8, 1, 0, 2)).tolist() == [1, 2, 4, 4]


def test_gini_by_the_area_under_the_lorenz_curve() -> None:
    """Values 1, 0, 3 along the forecast: shares 0, 1/4, 1/4, 1, so the area is (1/8 + 1/4 + 5/8) / 3."""
    ranked = ranking(floats(1, 2, 3))
    assert gini(ranked, floats(1, 0, 3)) == pytest.approx(1 - 2 * (1 / 8 + 1 / 4 + 5 / 8) / 3)


def test_the_top_tenth_of_fifteen_cases_is_two() -> None:
    forecast = np.arange(15.0)
    actual = np.ones(15)
    actual[14] = 6
    assert top_decile_capture(ranking(forecast), actual) == pytest.approx(7 / 20)


def test_deciles_of_twenty_five_cases() -> None:
    forecast = np.arange(25.0)
    parts = deciles(ranking(forecast), forecast, forecast * 2)
    assert [part.cases for part in parts] == [3, 3, 3, 3, 3, 2, 2, 2, 2, 2]
    assert (parts[0].forecast, parts[0].actual) == (24 + 23 + 22, 2 * (24 + 23 + 22))
    assert sum(part.actual for part in parts) == 2 * forecast.sum()


def test_deciles_of_equal_forecasts_do_not_depend_on_the_order_of_cases() -> None:
    actual = floats(*[0] * 15, *[4] * 5)
    parts = deciles(ranking(np.ones(20)), np.ones(20), actual)
    assert {part.actual for part in parts} == {2}


def test_probabilities_by_hand() -> None:
    probability, happened = floats(0.9, 0.6, 0.2), floats(1, 0, 0)
    assert brier_score(probability, happened) == pytest.approx((0.01 + 0.36 + 0.04) / 3)
    assert brier_skill(probability, happened) == pytest.approx(1 - 0.41 / 3 / (1 / 3 * 2 / 3))
    assert log_loss(probability, happened) == pytest.approx(-math.log(0.9 * 0.4 * 0.8) / 3)
    parts = deciles(ranking(probability), probability, happened)
    assert calibration_error(parts) == pytest.approx((0.1 + 0.6 + 0.2) / 3)


def test_a_surprise_costs_much_but_not_everything() -> None:
    assert log_loss(floats(0), floats(1)) == pytest.approx(-math.log(1e-12))


def test_undefined_measures_are_nan() -> None:
    none, nothing = floats(), floats(0, 0)
    ranked = ranking(nothing)
    assert all(
        math.isnan(value)
        for value in (
            mean_absolute_error(none, none),
            relative_error(nothing, nothing),
            gini(ranked, nothing),
            normalised_gini(ranked, nothing, ranked),
            rank_correlation(ranked, ranked),
            top_decile_capture(ranked, nothing),
            area_under_curve(ranked, nothing),
            area_under_curve(ranked, nothing + 1),
            brier_skill(nothing, nothing),
            log_loss(none, none),
            calibration_error(deciles(ranking(none), none, none)),
        )
    )


def naive_auc(score: Floats, happened: Floats) -> float:
    """The share of pairs in the right order; a tie counts one half."""
    pairs = list(product(score[happened > 0], score[happened == 0]))
    return sum(1.0 if a > b else 0.5 if a == b else 0.0 for a, b in pairs) / len(pairs)


def naive_gini(forecast: Floats, actual: Floats) -> float:
    """Twice the area between the diagonal and the Lorenz curve, with one step per distinct forecast."""
    heights, widths = [0.0], [0.0]
    for value in sorted(set(forecast)):
        heights.append(actual[forecast <= value].sum() / actual.sum())
        widths.append((forecast <= value).mean())
    return float(1 - 2 * np.trapezoid(heights, widths))


few = st.integers(0, 5).map(float)
cases = st.lists(st.tuples(few, few), min_size=2, max_size=60)


@given(cases)
def test_ranks_agree_with_naive_definitions(pairs: list[tuple[float, float]]) -> None:
    forecast, actual = np.array(pairs).T
    ranked = ranking(forecast)
    if actual.sum():
        assert gini(ranked, actual) == pytest.approx(naive_gini(forecast, actual), abs=1e-9)
    if len(set(forecast)) > 1 and len(set(actual)) > 1:
        expected = float(spearmanr(forecast, actual).statistic)
        assert rank_correlation(ranked, ranking(actual)) == pytest.approx(expected, abs=1e-9)
    happened = (actual > 2).astype(float)
    if 0 < happened.sum() < happened.size:
        assert area_under_curve(ranked, happened) == pytest.approx(naive_auc(forecast, happened))


@given(st.lists(few, min_size=2, max_size=60))
def test_a_perfect_forecast_scores_best(values: list[float]) -> None:
    actual = np.array(values)
    ranked = ranking(actual)
    if len(set(values)) > 1:
        assert normalised_gini(ranked, actual, ranked) == pytest.approx(1)
        assert rank_correlation(ranked, ranked) == pytest.approx(1)
        upside_down = ranking(-actual)
        assert normalised_gini(upside_down, actual, ranked) == pytest.approx(-1)
    happened = (actual > 2).astype(float)
    assert brier_score(happened, happened) == 0
    assert log_loss(happened, happened) == pytest.approx(0, abs=1e-9)


@given(cases)
def test_only_the_order_of_forecasts_matters_to_ranks(pairs: list[tuple[float, float]]) -> None:
    forecast, actual = np.array(pairs).T
    happened = (actual > 2).astype(float)
    shuffled = np.random.default_rng(len(pairs)).permutation(forecast.size)
    for bent in (np.exp(forecast), forecast**3 - 7):
        for measure in (gini, top_decile_capture, area_under_curve):
            values = happened if measure is area_under_curve else actual
            one = measure(ranking(forecast), values)
            assert one == pytest.approx(measure(ranking(bent), values), nan_ok=True)
            mixed = measure(ranking(forecast[shuffled]), values[shuffled])
            assert one == pytest.approx(mixed, nan_ok=True)


@given(cases)
def test_deciles_contain_every_case_once(pairs: list[tuple[float, float]]) -> None:
    forecast, actual = np.array(pairs).T
    parts = deciles(ranking(forecast), forecast, actual)
    assert sum(part.cases for part in parts) == forecast.size
    assert sum(part.forecast for part in parts) == pytest.approx(forecast.sum())
    assert sum(part.actual for part in parts) == pytest.approx(actual.sum())
    means = [part.forecast / part.cases for part in parts]
    assert means == pytest.approx(sorted(means, reverse=True))
