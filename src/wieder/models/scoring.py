"""Measures of forecast accuracy: predicted against actual values.

Every measure takes arrays with one element per case, usually a customer. An
undefined measure, such as a share of a total of 0, is nan.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import nan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DECILES = 10
LEAST_DISTANCE = 1e-12
"""The smallest distance of a probability to 0 or 1; it keeps log loss finite after a single surprise."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranking:
    """The cases ordered by their forecasts; created by `ranking`."""

    order: NDArray[np.intp]
    """The indices of the cases, from the lowest forecast to the highest."""
    starts: NDArray[np.intp]
    """The position in that order at which each group of equal forecasts begins."""

    @property
    def size(self) -> int:
        """The number of cases."""
        return self.order.size

    @cached_property
    def group_sizes(self) -> NDArray[np.intp]:
        """The number of cases in each group of equal forecasts."""
        return np.diff(self.starts, append=self.size)

    @cached_property
    def places(self) -> Floats:
        """The rank of each case, 1 for the lowest forecast; equal forecasts have the mean of their ranks."""
        shared = self.starts + (self.group_sizes + 1) / 2
        places = np.empty(self.size)
        places[self.order] = np.repeat(shared, self.group_sizes)
        return places

    def averaged(self, values: Floats) -> Floats:
        """Return `values` in the order of the forecasts, averaged over cases with equal forecasts.

        Measures therefore do not depend on the order of cases with equal forecasts.
        """
        if not self.size:
            return values
        means = np.add.reduceat(values[self.order], self.starts) / self.group_sizes
        return np.repeat(means, self.group_sizes)


def ranking(forecast: Floats) -> Ranking:
    """Rank the cases by `forecast`, which may not contain nan."""
    order = np.argsort(forecast, kind="stable")
    ordered = forecast[order]
    is_first = np.ones(order.size, dtype=bool)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return Ranking(order=order, starts=np.flatnonzero(is_first))


def mean_absolute_error(forecast: Floats, actual: Floats) -> float:
    """The mean of |forecast - actual| over cases."""
    return _ratio(float(np.abs(forecast - actual).sum()), actual.size)


def relative_error(forecast: Floats, actual: Floats) -> float:
    """Mean absolute error / mean of the actual values; a forecast of 0 for every case scores 1."""
    return _ratio(float(np.abs(forecast - actual).sum()), float(actual.sum()))


def gini(ranked: Ranking, actual: Floats) -> float:
    """The concentration of `actual` along the ranking: 0 for a random order, below 0 for an inverted one."""
    n, total = ranked.size, float(actual.sum())
    if not total:
        return nan
    return 2 * float((ranked.places - (n + 1) / 2) @ actual) / (total * n)


def normalised_gini(ranked: Ranking, actual: Floats, actual_ranked: Ranking) -> float:
    """The ratio of `gini` to its value for the ranking by `actual` itself: 1 is a perfect order.

    Wang, Liu and Miao (2019) use it to rank customer values.
    """
    return _ratio(gini(ranked, actual), gini(actual_ranked, actual))


def rank_correlation(one: Ranking, other: Ranking) -> float:
    """Spearman's rank correlation (1904); equal values have the mean of their ranks."""
    middle = (one.size + 1) / 2
    a, b = one.places - middle, other.places - middle
    return _ratio(float(a @ b), float(np.sqrt((a @ a) * (b @ b))))


def top_decile_capture(ranked: Ranking, actual: Floats) -> float:
    """The share of the actual total in the decile of cases with the highest forecasts.

    The decile is rounded up to whole cases.
    """
    n_top = -(-ranked.size // DECILES)
    along = ranked.averaged(actual)
    return _ratio(float(along[along.size - n_top :].sum()), float(along.sum()))


@dataclass(frozen=True, kw_only=True)
class Part:
    """A group of cases with similar forecasts."""

    cases: int
    forecast: float
    """The sum over its cases."""
    actual: float
    """The sum over its cases; equal forecasts in two parts contribute in proportion to each."""


def deciles(ranked: Ranking, forecast: Floats, actual: Floats) -> list[Part]:
    """Ten parts of nearly equal size, from the highest forecasts to the lowest; fewer with under 10 cases."""
    along = zip(
        np.array_split(forecast[ranked.order][::-1], DECILES),
        np.array_split(ranked.averaged(actual)[::-1], DECILES),
        strict=True,
    )
    return [
        Part(cases=predicted.size, forecast=float(predicted.sum()), actual=float(observed.sum()))
        for predicted, observed in along
        if predicted.size
    ]


def area_under_curve(ranked: Ranking, happened: Floats) -> float:
    """The share of pairs in which the case with the event ranks above the one without (AUC); 0.5 is chance.

    `happened` is 0 or 1. Computed from the rank sum of Mann and Whitney (1947).
    """
    n_happened = float(happened.sum())
    n_not = happened.size - n_happened
    above = float(ranked.places @ happened) - n_happened * (n_happened + 1) / 2
    return _ratio(above, n_happened * n_not)


def brier_score(probability: Floats, happened: Floats) -> float:
    """The mean of (probability - happened)^2 (Brier 1950): 0 is perfect."""
    return _ratio(float(((probability - happened) ** 2).sum()), happened.size)


def brier_skill(probability: Floats, happened: Floats) -> float:
    """The improvement of the Brier score over predicting the base rate for every case; 1 is perfect.

    The base rate is that of the cases themselves, which was not known in advance.
    """
    rate = _ratio(float(happened.sum()), happened.size)
    return 1 - _ratio(brier_score(probability, happened), rate * (1 - rate))


def log_loss(probability: Floats, happened: Floats) -> float:
    """The mean of -log(probability of the actual outcome) (Good 1952): lower is better."""
    given = np.where(happened > 0, probability, 1 - probability)
    return _ratio(float(-np.log(np.clip(given, LEAST_DISTANCE, 1)).sum()), happened.size)


def calibration_error(parts: list[Part]) -> float:
    """The mean distance of probability and frequency over parts, weighted by cases (Naeini et al. 2015)."""
    cases = sum(part.cases for part in parts)
    return _ratio(sum(abs(part.forecast - part.actual) for part in parts), cases)


def _ratio(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator else nan
