"""Prediction intervals of future purchases and spend, without simulation.

There are three sources of uncertainty, each with a variance:

* chance: what a customer does, given the model and its parameters. The first
  two moments of a customer's purchases, given the history, are exact under each
  model; customers are independent, so variances add up;
* the parameters: the forecast is moved by one standard deviation along each
  principal axis of their covariance (in logarithms), and the squares of these
  moves are added. This is the delta method, with differences as wide as the
  uncertainty;
* the cost of purchases: of each purchase, and of each customer's mean.

Totals are approximated by a gamma distribution with this mean and variance. A
single customer makes no purchase with the exact probability, and otherwise one
more than a negative binomial variable with the exact mean and variance; the
spend of customers who buy is lognormal.

An interval does not cover a wrong model; only a back-test reveals that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaincinv, ndtri

from wieder.models.moves import moves_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wieder.models.fitting import Fit
    from wieder.models.histories import Histories
    from wieder.models.purchase_model import PurchaseModel
    from wieder.models.spend_outlook import SpendOutlook

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

LEVEL = 0.95
LEAST_EXCESS = 1e-6
"""The relative excess of a negative binomial variance over its mean; below it, a Poisson variable is used."""
LEAST_MEAN = 1e-9
LEAST_PROBABILITY = 1e-250


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """The bounds of a quantity at a given probability."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Outlook:
    """Purchases in a horizon: one element per history, or per customer after `at`."""

    expected: Floats
    variance: Floats
    """The variance by chance alone."""
    none: Floats
    """The probability of no purchase."""
    moves: Floats
    """The moves of `expected` by one standard deviation of the parameters, one row per direction."""

    def at(self, places: Places) -> Outlook:
        """The outlook of customers, each given by the index of its history."""
        return Outlook(
            expected=self.expected[places],
            variance=self.variance[places],
            none=self.none[places],
            moves=self.moves[:, places],
        )

    @property
    def square(self) -> Floats:
        """The expected square of the purchases, at the fitted parameters."""
        return self.variance + self.expected**2


def outlook(model: PurchaseModel, fit: Fit, histories: Histories, days: float) -> Outlook:
    """The purchases in the next `days` days, with their uncertainty."""

    def expected(parameters: Floats) -> Floats:
        return model.expected_purchases(parameters, histories, days)

    mean = expected(fit.parameters)
    pairs = model.expected_pairs(fit.parameters, histories, days)
    return Outlook(
        expected=mean,
        variance=np.maximum(pairs + mean - mean**2, 0.0),
        none=model.probability_of_none(fit.parameters, histories, days),
        moves=moves_of(expected, fit),
    )


def total_purchases(outlook: Outlook, customers: Floats, level: float = LEVEL) -> Interval:
    """The total purchases of all customers; `customers` is the number per element of the outlook."""
    chance = customers @ outlook.variance
    parameters = ((outlook.moves @ customers) ** 2).sum()
    return _interval(float(customers @ outlook.expected), float(chance + parameters), level)


def total_spend(outlook: Outlook, spend: SpendOutlook, level: float = LEVEL) -> Interval | None:
    """The total spend of all customers, one element per customer in both; None without a finite variance."""
    chance = spend_variance(outlook, spend).sum()
    of_purchases = ((outlook.moves @ spend.mean) ** 2).sum()
    of_costs = ((spend.moves @ outlook.expected) ** 2).sum()
    variance = float(chance + of_purchases + of_costs)
    if not np.isfinite(variance):
        return None
    return _interval(float(outlook.expected @ spend.mean), variance, level)


def spend_variance(outlook: Outlook, spend: SpendOutlook) -> Floats:
    """The variance of each customer's spend by chance: in frequency, customer mean and single purchases."""
    with np.errstate(invalid="ignore"):
        variance = outlook.expected * spend.within + outlook.square * spend.square
        return np.asarray(variance - (outlook.expected * spend.mean) ** 2)


def purchase_bounds(outlook: Outlook, level: float = LEVEL) -> tuple[Floats, Floats]:
    """The interval of each customer's purchases: whole numbers, both bounds included."""
    variance = outlook.variance + (outlook.moves**2).sum(axis=0)
    mean, spread = _moments_of_some(outlook.expected, variance, outlook.none)
    low, high = (_tail_of_some(outlook.none, tail) for tail in _tails(level))
    return _counts(low, mean - 1, spread), _counts(high, mean - 1, spread)


def spend_bounds(outlook: Outlook, spend: SpendOutlook, level: float = LEVEL) -> tuple[Floats, Floats]:
    """The interval of each customer's spend; nan without a finite variance."""
    expected = outlook.expected * spend.mean
    variance = spend_variance(outlook, spend)
    variance += ((outlook.moves * spend.mean) ** 2).sum(axis=0)
    variance += ((outlook.expected * spend.moves) ** 2).sum(axis=0)
    mean, spread = _moments_of_some(expected, variance, outlook.none)
    low, high = (_tail_of_some(outlook.none, tail) for tail in _tails(level))
    return _amounts(low, mean, spread), _amounts(high, mean, spread)


def _tails(level: float) -> tuple[float, float]:
    return (1 - level) / 2, (1 + level) / 2


def _interval(mean: float, variance: float, level: float) -> Interval:
    if mean > 0 and variance > 0:
        low, high = gammaincinv(mean**2 / variance, _tails(level)) * variance / mean
    else:
        # After refunds the expectation can be negative, which a gamma distribution does not allow.
        low, high = mean + ndtri(_tails(level)) * np.sqrt(variance)
    return Interval(low=float(low), high=float(high))


def _moments_of_some(mean: Floats, variance: Floats, none: Floats) -> tuple[Floats, Floats]:
    """The mean and variance among customers who buy at all; nan if none do."""
    with np.errstate(divide="ignore", invalid="ignore"):
        of_some = mean / (1 - none)
        return of_some, (variance + mean**2) / (1 - none) - of_some**2


def _tail_of_some(none: Floats, tail: float) -> Floats:
    """The tail probability among customers who buy at all; below 0 if the quantile is 0 purchases."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(tail > none, (tail - none) / (1 - none), -1.0)


def _amounts(tail: Floats, mean: Floats, variance: Floats) -> Floats:
    """The quantiles of lognormal spend; 0 if the tail is below 0."""
    amounts = np.where(np.isfinite(variance), 0.0, np.nan)
    some = (tail >= 0) & np.isfinite(variance) & (mean > 0)
    log_variance = np.log1p(np.maximum(variance[some], 0.0) / mean[some] ** 2)
    amounts[some] = mean[some] * np.exp(np.sqrt(log_variance) * ndtri(tail[some]) - log_variance / 2)
    return amounts


def _counts(tail: Floats, mean: Floats, variance: Floats) -> Floats:
    """The quantiles of one more than a negative binomial variable; 0 if the tail is below 0."""
    counts = np.zeros(tail.size)
    some = np.flatnonzero(tail >= 0)
    tail, mean = tail[some], np.maximum(mean[some], LEAST_MEAN)
    excess = np.maximum(variance[some] - mean, LEAST_EXCESS * mean)
    none = np.exp(-(mean**2) / excess * np.log1p(excess / mean))
    many = none < LEAST_PROBABILITY
    quantiles = np.zeros(some.size)
    quantiles[~many] = _counted_up(tail[~many], none[~many], mean[~many], excess[~many])
    # Large counts are practically continuous, and their probability of 0 underflows.
    scale = 1 + excess[many] / mean[many]
    quantiles[many] = np.rint(gammaincinv(mean[many] / scale, tail[many]) * scale)
    counts[some] = 1 + quantiles
    return counts


def _counted_up(tail: Floats, none: Floats, mean: Floats, excess: Floats) -> Floats:
    """The smallest counts at which the cumulative probability reaches the tail."""
    counts = np.zeros(tail.size)
    shape, failure = mean**2 / excess, excess / (mean + excess)
    probability, missing = none, tail - none
    remaining = np.arange(tail.size)
    count = 0
    while (goes_on := missing > 0).any():
        count += 1
        remaining, shape, failure = remaining[goes_on], shape[goes_on], failure[goes_on]
        probability = probability[goes_on] * failure * (shape + count - 1) / count
        missing = missing[goes_on] - probability
        counts[remaining] = count
    return counts
