"""NBD: purchase rates vary between customers as Gamma(r, alpha), and no customer ever leaves.

Ehrenberg (1959), The Pattern of Consumer Purchases. Every other purchase model
contains it as the special case without dropout, and must beat it.
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
    """The sufficient statistics of the NBD."""

    repeats: Integers
    """The distinct numbers of repeat purchases."""
    customers: Floats
    """The number of customers with that many repeat purchases."""
    customers_by_age: Floats
    """The number of customers by age in days, starting at 0."""
    purchases_by_age: Floats
    """The repeat purchases of those customers, by age."""


def tallies(histories: Histories) -> Tallies:
    """Count the histories by repeats and by age."""
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
    """Fit by maximum likelihood of the days of the repeat purchases, with its certificate."""
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
