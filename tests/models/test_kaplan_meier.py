"""The curve against lifelines, and in cases with few observations."""

from __future__ import annotations

import random
import warnings
from collections import Counter

import pytest

from wieder.models.kaplan_meier import Curve, Waits, counted_quantile, kaplan_meier

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # raised by imports of lifelines
    import lifelines  # type: ignore[import-untyped]
    import numpy as np


def waits_of(cases: list[tuple[int, bool]]) -> list[Waits]:
    """Waits from pairs of `(days, has ended)`."""
    counts = Counter(cases)
    days = sorted({day for day, _ in cases})
    return [Waits(days=day, events=counts[day, True], censored=counts[day, False]) for day in days]


def some_cases(seed: int, size: int) -> list[tuple[int, bool]]:
    chance = random.Random(seed)  # noqa: S311
    return [(int(chance.expovariate(1 / 60)), chance.random() < 0.7) for _ in range(size)]


@pytest.mark.parametrize(("seed", "size"), [(1, 5), (2, 40), (3, 400), (4, 5000)])
def test_the_curve_and_its_interval_are_those_of_lifelines(seed: int, size: int) -> None:
    cases = some_cases(seed, size)
    curve = kaplan_meier(waits_of(cases))
    days, ended = zip(*cases, strict=True)
    oracle = lifelines.KaplanMeierFitter().fit(days, ended)
    bounds = oracle.confidence_interval_
    for step in curve.steps:
        assert step.survival == pytest.approx(oracle.predict(step.days))
        if step.interval:
            assert step.interval == pytest.approx(tuple(bounds.loc[step.days]))
    assert any(step.interval for step in curve.steps)


@pytest.mark.parametrize("seed", range(10, 16))
def test_the_median_and_its_interval_are_those_of_lifelines(seed: int) -> None:
    cases = some_cases(seed, 60)
    days, ended = zip(*cases, strict=True)
    oracle = lifelines.KaplanMeierFitter().fit(days, ended)
    ends = lifelines.utils.median_survival_times(oracle.confidence_interval_)
    expected = [oracle.median_survival_time_, ends.iloc[0, 0], ends.iloc[0, 1]]
    found = kaplan_meier(waits_of(cases)).median()
    assert [float("inf") if day is None else day for day in found] == expected


def test_without_censoring_the_curve_is_the_share_that_is_left() -> None:
    curve = kaplan_meier(waits_of([(day, True) for day in (1, 2, 2, 5)]))
    assert [step.days for step in curve.steps] == [1, 2, 5]
    assert [step.survival for step in curve.steps] == pytest.approx([0.75, 0.25, 0])


def test_half_is_reached_although_the_product_misses_it_in_the_last_digit() -> None:
    curve = kaplan_meier(waits_of([(day, True) for day in range(1, 15)]))
    assert curve.median()[0] == 7


def test_the_curve_ends_at_the_longest_observation() -> None:
    curve = kaplan_meier(waits_of([(10, True), (20, False)]))
    assert curve.at(9) is not None
    assert curve.at(20) is not None
    assert curve.at(21) is None
    assert curve.median()[0] == 10


def test_once_everybody_is_done_it_stays_so() -> None:
    step = kaplan_meier(waits_of([(10, True)])).at(1000)
    assert step is not None
    assert (step.survival, step.interval) == (0, None)


def test_before_the_first_day_all_wait() -> None:
    step = kaplan_meier(waits_of([(10, True), (12, False)])).at(3)
    assert step is not None
    assert (step.survival, step.interval) == (1, None)


def test_no_cases_make_no_curve() -> None:
    assert kaplan_meier([]) == Curve(steps=())
    assert kaplan_meier([]).at(1) is None
    assert kaplan_meier([]).median() == (None, None, None)


@pytest.mark.parametrize("share", [0, 0.25, 0.5, 0.8, 0.9, 1])
def test_a_quantile_of_counted_days_is_that_of_the_days(share: float) -> None:
    cases = some_cases(5, 31)
    days = [day for day, has_ended in cases if has_ended]
    assert counted_quantile(waits_of(cases), share) == pytest.approx(np.quantile(days, share))


def test_without_an_event_there_is_no_quantile() -> None:
    assert counted_quantile(waits_of([(3, False)]), 0.5) is None
