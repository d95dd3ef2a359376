"""How good a forecast was: what it said of each case, against what happened.

Every measure takes arrays with one element per case, a customer mostly. Where
it is not defined, such as a share of a total that is 0, it is nan.
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

TENTHS = 10
SURELY = 1e-12
"""A probability is never believed to be nearer to 0 or 1, so that one surprise does not cost everything."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranking:
    """The cases in the order of their forecasts; made by `ranking`."""

    order: NDArray[np.intp]
    """The cases from the lowest forecast to the highest."""
    starts: NDArray[np.intp]
    """Where in that order each group of equal forecasts begins."""

    @property
    def size(self) -> int:
        """The number of cases."""
        return self.order.size

    @cached_property
    def group_sizes(self) -> NDArray[np.intp]:
        """How many cases have each of the different forecasts."""
        return np.diff(self.starts, append=self.size)

    @cached_property
    def places(self) -> Floats:
        """The rank of each case, 1 for the lowest forecast; equal forecasts share the mean of their ranks."""
        shared = self.starts + (self.group_sizes + 1) / 2
        places = np.empty(self.size)
        places[self.order] = np.repeat(shared, self.group_sizes)
        return places

    def averaged(self, values: Floats) -> Floats:
        """`values` in the order of the forecasts; cases with equal forecasts share the mean of theirs.

        So no measure depends on the order in which such cases happen to come.
        """
        if not self.size:
            return values
        means = np.add.reduceat(values[self.order], self.starts) / self.group_sizes
        return np.repeat(means, self.group_sizes)


def ranking(forecast: Floats) -> Ranking:
    """The ranking of the cases by `forecast`, which has no nan."""
    order = np.argsort(forecast, kind="stable")
    ordered = forecast[order]
    is_first = np.ones(order.size, dtype=bool)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return Ranking(order=order, starts=np.flatnonzero(is_first))


def mean_absolute_error(forecast: Floats, actual: Floats) -> float:
    """The mean of |forecast - actual| over cases."""
    return _ratio(float(np.abs(forecast - actual).sum()), actual.size)


def relative_error(forecast: Floats, actual: Floats) -> float:
    """Mean absolute error / mean of what happened; 1 is reached by forecasting nothing for everybody."""
    return _ratio(float(np.abs(forecast - actual).sum()), float(actual.sum()))


def gini(ranked: Ranking, actual: Floats) -> float:
    """The concentration of `actual` along the ranking: 0 if it says nothing, below 0 if it is upside down."""
    n, total = ranked.size, float(actual.sum())
    if not total:
        return nan
    return 2 * float((ranked.places - (n + 1) / 2) @ actual) / (total * n)


def normalised_gini(ranked: Ranking, actual: Floats, actual_ranked: Ranking) -> float:
    """`gini` as a share of what the ranking by `actual` itself has: 1 is a perfect order.

    Used for the ranking of customer values by Wang, Liu and Miao (2019).
    """
    return _ratio(gini(ranked, actual), gini(actual_ranked, actual))


def rank_correlation(one: Ranking, other: Ranking) -> float:
    """Spearman's rank correlation (1904), equal values sharing their mean rank."""
    middle = (one.size + 1) / 2
    a, b = one.places - middle, other.places - middle
    return _ratio(float(a @ b), float(np.sqrt((a @ a) * (b @ b))))


def top_decile_capture(ranked: Ranking, actual: Floats) -> float:
    """The share of what happened that came from the tenth of the cases with the highest forecasts.

    The tenth is rounded up to whole cases.
    """
    n_top = -(-ranked.size // TENTHS)
    along = ranked.averaged(actual)
    return _ratio(float(along[along.size - n_top :].sum()), float(along.sum()))


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the cases that had similar forecasts."""

    cases: int
    forecast: float
    """The sum over its cases."""
    actual: float
    """Likewise; of cases with equal forecasts in two parts, each has its share."""


def tenths(ranked: Ranking, forecast: Floats, actual: Floats) -> list[Part]:
    """Ten parts of nearly equal size, from the highest forecasts to the lowest; fewer for fewer cases."""
    along = zip(
        np.array_split(forecast[ranked.order][::-1], TENTHS),
        np.array_split(ranked.averaged(actual)[::-1], TENTHS),
        strict=True,
    )
    return [
        Part(cases=said.size, forecast=float(said.sum()), actual=float(came.sum()))
        for said, came in along
        if said.size
    ]


def area_under_curve(ranked: Ranking, happened: Floats) -> float:
    """How often a case in which it happened ranks above one in which it did not (AUC); 0.5 is a coin.

    `happened` is 0 or 1. By the sum of ranks of Mann and Whitney (1947).
    """
    n_happened = float(happened.sum())
    n_not = happened.size - n_happened
    above = float(ranked.places @ happened) - n_happened * (n_happened + 1) / 2
    return _ratio(above, n_happened * n_not)


def brier_score(probability: Floats, happened: Floats) -> float:
    """The mean of (probability - happened)^2 (Brier 1950): 0 is perfect."""
    return _ratio(float(((probability - happened) ** 2).sum()), happened.size)


def brier_skill(probability: Floats, happened: Floats) -> float:
    """By how much the Brier score is better than that of telling everybody the base rate; 1 is perfect.

    The base rate is that of the cases themselves, which nobody knew before.
    """
    rate = _ratio(float(happened.sum()), happened.size)
    return 1 - _ratio(brier_score(probability, happened), rate * (1 - rate))


def log_loss(probability: Floats, happened: Floats) -> float:
    """The mean of -log(probability of what happened) (Good 1952): lower is better."""
    given = np.where(happened > 0, probability, 1 - probability)
    return _ratio(float(-np.log(np.clip(given, SURELY, 1)).sum()), happened.size)


def calibration_error(parts: list[Part]) -> float:
    """The mean distance of probability and frequency over parts, weighted by cases (Naeini et al. 2015)."""
    cases = sum(part.cases for part in parts)
    return _ratio(sum(abs(part.forecast - part.actual) for part in parts), cases)


def _ratio(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator else nan
