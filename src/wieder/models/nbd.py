"""NBD: purchases at a rate that differs between customers as Gamma(r, alpha), and nobody ever leaves.

Ehrenberg (1959), The Pattern of Consumer Purchases. Every other model of
purchases here contains it as the case without leaving, and must beat it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wieder.models.certificate import Search, certified, refused_by_data
from wieder.models.derivatives import Sum, log_rising_sum, mean_in_logarithms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wieder.models.fitting import Fit
    from wieder.models.histories import Histories
    from wieder.models.maximiser import Evaluation

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

NAMES = ("r", "alpha")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Tallies:
    """All that the NBD has to know of the customers."""

    repeats: Integers
    """Distinct numbers of repeat purchases."""
    customers: Floats
    """Who made that many."""
    customers_by_age: Floats
    """One element per day of age, from 0 on."""
    purchases_by_age: Floats
    """The repeat purchases of those customers."""


def tallies(histories: Histories) -> Tallies:
    """The counts of the histories by repeats, and by age."""
    first, places = histories.by_repeats
    return Tallies(
        repeats=histories.repeats[first],
        customers=_sums(places, histories.customers),
        customers_by_age=_sums(histories.age, histories.customers),
        purchases_by_age=_sums(histories.age, histories.customers * histories.repeats),
    )


def _sums(places: NDArray[np.integer], amounts: Floats) -> Floats:
    return np.asarray(np.bincount(places, amounts), dtype=np.float64)


def fit_nbd(histories: Histories) -> Fit:
    """The certified maximum of the likelihood of the days of the repeat purchases."""
    refusal = refused_by_data("nbd", NAMES, histories)
    if refusal is not None:
        return refusal
    counted = tallies(histories)

    def objective(log_parameters: Floats) -> Evaluation:
        parameters = np.exp(log_parameters)
        return mean_in_logarithms(log_likelihood(parameters, counted), parameters, histories.total)

    age = max(float(np.average(histories.age, weights=histories.customers)), 1.0)
    return certified(
        Search(
            model="nbd",
            names=NAMES,
            customers=histories.total,
            objective=objective,
            starts=(np.log([0.5, age / 2]), np.log([2.0, 2 * age])),
        )
    )


def log_likelihood(parameters: Floats, counted: Tallies) -> Sum:
    """The log-likelihood of all customers, with derivatives in r and alpha."""
    r, alpha = parameters
    value, slope, bend = log_rising_sum(r, counted.repeats, counted.customers)
    customers = counted.customers.sum()
    age = alpha + np.arange(counted.customers_by_age.size)
    shapes = r * counted.customers_by_age + counted.purchases_by_age
    log_age = np.log(age)
    cross = customers / alpha - (counted.customers_by_age / age).sum()
    return Sum(
        value=value + customers * r * np.log(alpha) - (shapes * log_age).sum(),
        gradient=np.array(
            [
                slope + customers * np.log(alpha) - (counted.customers_by_age * log_age).sum(),
                customers * r / alpha - (shapes / age).sum(),
            ]
        ),
        hessian=np.array([[bend, cross], [cross, (shapes / age**2).sum() - customers * r / alpha**2]]),
    )
