"""Forecasts by the NBD, for shops in which no model detects dropout.

Given x repeat purchases in T days, the rate of a customer is gamma distributed
with r + x and alpha + T, so all forecasts have a closed form (Ehrenberg 1988,
Repeat-Buying, chapter 4; Morrison and Schmittlein 1988).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaln

from wieder.models.discounting import daily_force
from wieder.models.nbd import fit_nbd
from wieder.models.purchase_model import PurchaseModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wieder.models.histories import Histories

    Floats = NDArray[np.float64]


def log_likelihood(parameters: Floats, histories: Histories) -> Floats:
    """The log-likelihood of the days of the repeat purchases, for one customer with each history."""
    r, alpha = parameters
    shape = r + histories.repeats
    return np.asarray(gammaln(shape) - gammaln(r) + r * np.log(alpha) - shape * np.log(alpha + histories.age))


def probability_alive(parameters: Floats, histories: Histories) -> Floats:
    """The probability of being alive, always 1: no customer leaves."""
    del parameters
    return np.ones(histories.size)


def probability_of_none(parameters: Floats, histories: Histories, days: float) -> Floats:
    """The probability of no purchase in the next `days` days."""
    r, alpha = parameters
    return np.asarray(np.exp(-(r + histories.repeats) * np.log1p(days / (alpha + histories.age))))


def expected_purchases(parameters: Floats, histories: Histories, days: float) -> Floats:
    """The expected purchases in the next `days` days; infinite over an infinite horizon."""
    return _rate(parameters, histories) * days


def expected_pairs(parameters: Floats, histories: Histories, days: float) -> Floats:
    """The expectation of Y (Y - 1) for Y purchases in the next `days` days."""
    shape = parameters[0] + histories.repeats
    return np.asarray((_rate(parameters, histories) * days) ** 2 * (1 + 1 / shape))


def discounted_purchases(parameters: Floats, histories: Histories, days: float, yearly_rate: float) -> Floats:
    """The present value of future purchases; infinite over an infinite horizon without discounting."""
    force = daily_force(yearly_rate)
    worth = -np.expm1(-force * days) / force if force else days
    return _rate(parameters, histories) * worth


def expected_of_new(parameters: Floats, ages: Floats) -> Floats:
    """The expected repeat purchases of a new customer up to each age in days."""
    r, alpha = parameters
    return np.asarray(r / alpha * ages)


def _rate(parameters: Floats, histories: Histories) -> Floats:
    r, alpha = parameters
    return np.asarray((r + histories.repeats) / (alpha + histories.age))


NBD = PurchaseModel(
    name="nbd",
    fit=fit_nbd,
    log_likelihood=log_likelihood,
    probability_alive=probability_alive,
    probability_of_none=probability_of_none,
    expected_purchases=expected_purchases,
    expected_pairs=expected_pairs,
    discounted_purchases=discounted_purchases,
    expected_of_new=expected_of_new,
    has_dropout=False,
)
