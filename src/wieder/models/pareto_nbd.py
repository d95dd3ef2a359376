"""The Pareto/NBD model: customers buy at their own rate until they drop out unobserved.

Schmittlein, Morrison and Colombo (1987). Purchase rates are gamma distributed
over customers with shape r and rate alpha, dropout rates with shape s and rate
beta. All expectations after the end of observation follow from one fact: for a
customer who is still alive, both rates are again independent and gamma
distributed, with shape and rate r + x, alpha + T and s, beta + T.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from wieder.models.certificate import Search, certified, refused_by_data
from wieder.models.discounting import daily_force
from wieder.models.fitting import Doubt, Fit
from wieder.models.histories import sample
from wieder.models.nbd import fit_nbd
from wieder.models.pareto_likelihood import mean_log_likelihood
from wieder.models.pareto_posterior import Population, log_likelihoods, probabilities_alive
from wieder.models.purchase_model import PurchaseModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from wieder.models.histories import Histories
    from wieder.models.maximiser import Objective

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

NAME = "pareto_nbd"
PARAMETERS = ("r", "alpha", "s", "beta")
LEAST_FALL = 1.92
"""In the log-likelihood, from the maximum to one end of a 95 % interval of a parameter."""
FAR = 5.0
"""In log parameters: a factor of 150, at which a gamma distribution is practically a single value."""
NODES = 64
SAMPLE = 20_000
"""The number of customers in the sample on which starting points are tried."""
MANY = 50_000
"""The number of distinct histories from which a sample saves time."""
NEGLIGIBLE = 45.0
"""exp(-45) vanishes when added to 1."""
TINY = 1e-9


def fit_pareto_nbd(histories: Histories) -> Fit:
    """Fit by maximum likelihood; certified only if it beats the NBD, in which no customer drops out."""
    refusal = refused_by_data(NAME, PARAMETERS, histories)
    if refusal is not None:
        return refusal
    population = Population(histories)
    fit = certified(
        Search(
            model=NAME,
            names=PARAMETERS,
            customers=histories.total,
            objective=_objective(population),
            starts=_starts(histories),
            sample=_objective_of_sample(histories),
            nested=fit_nbd(histories).log_likelihood,
        )
    )
    return replace(fit, doubts=_doubts(fit, population))


def expected_purchases(parameters: Floats, histories: Histories, days: float) -> Floats:
    """The expected purchases in the next `days` days, one per history; `days` may be infinite if s > 1."""
    _, _, s, beta = parameters
    remaining = beta + histories.age
    alive_days = remaining * _exponential_integral(s - 1, np.log1p(days / remaining))
    return np.asarray(probabilities_alive(parameters, histories) * _rate(parameters, histories) * alive_days)


def expected_pairs(parameters: Floats, histories: Histories, days: float) -> Floats:
    """The expectation of Y (Y - 1) for Y purchases in the next `days` days, one per history."""
    shape, rate = parameters[0] + histories.repeats, _rate(parameters, histories)
    squared_days = _while_alive(parameters, histories, days, lambda after: 2 * after)
    return np.asarray(probabilities_alive(parameters, histories) * rate**2 * (1 + 1 / shape) * squared_days)


def discounted_purchases(parameters: Floats, histories: Histories, days: float, yearly_rate: float) -> Floats:
    """The expected purchases, discounted to the end of observation (DERT if `days` is infinite).

    Infinite over an infinite horizon that neither discounting nor dropout
    (s <= 1) bounds.
    """
    daily = daily_force(yearly_rate)
    present = _while_alive(parameters, histories, _bounded(days, daily), lambda after: np.exp(-daily * after))
    return probabilities_alive(parameters, histories) * _rate(parameters, histories) * present


def probability_of_none(parameters: Floats, histories: Histories, days: float) -> Floats:
    """The probability of no purchase in the next `days` days, whether the customer dropped out or not."""
    ages = int(histories.age.max(initial=0)) + 1
    pairs, places = np.unique(histories.repeats * ages + histories.age, return_inverse=True)
    alive = probabilities_alive(parameters, histories)
    none_if_alive = _none_if_alive(parameters, pairs // ages, pairs % ages, days)[places]
    return np.minimum(1 - alive + alive * none_if_alive, 1.0)


def expected_of_new(parameters: Floats, ages: Floats) -> Floats:
    """The expected repeat purchases of a new customer up to each age in days, one per age."""
    r, alpha, s, beta = parameters
    return np.asarray(r / alpha * beta * _exponential_integral(s - 1, np.log1p(ages / beta)))


PARETO_NBD = PurchaseModel(
    name=NAME,
    fit=fit_pareto_nbd,
    log_likelihood=log_likelihoods,
    probability_alive=probabilities_alive,
    probability_of_none=probability_of_none,
    expected_purchases=expected_purchases,
    expected_pairs=expected_pairs,
    discounted_purchases=discounted_purchases,
    expected_of_new=expected_of_new,
)


def _objective(population: Population) -> Objective:
    return lambda log_parameters: mean_log_likelihood(log_parameters, population)


def _objective_of_sample(histories: Histories) -> Objective | None:
    if histories.size < MANY:
        return None
    return _objective(Population(sample(histories, SAMPLE)))


def _starts(histories: Histories) -> tuple[Floats, Floats]:
    age = max(float(histories.age @ histories.customers / histories.total), 1.0)
    return np.log([0.5, age / 4, 0.6, age / 3]), np.log([1.5, age, 2.0, 3 * age])


def _doubts(fit: Fit, population: Population) -> tuple[Doubt, ...]:
    """The doubts about the fit; on a ridge, those about the exact point are dropped."""
    if not _is_on_ridge(fit, population):
        return fit.doubts
    return (*(doubt for doubt in fit.doubts if doubt is Doubt.WORSE_THAN_NESTED), Doubt.RIDGE)


def _is_on_ridge(fit: Fit, population: Population) -> bool:
    """Whether the fit is hardly more likely than with a single purchase rate, or a single dropout rate."""
    highest = fit.log_likelihood / fit.customers
    ends = (np.log(fit.parameters) + FAR * np.array(pair) for pair in ((1, 1, 0, 0), (0, 0, 1, 1)))
    falls = (highest - mean_log_likelihood(end, population).value for end in ends)
    return any(fall * fit.customers < LEAST_FALL for fall in falls)


def _rate(parameters: Floats, histories: Histories) -> Floats:
    """The expected purchases per day of a customer who is alive."""
    r, alpha, _, _ = parameters
    return np.asarray((r + histories.repeats) / (alpha + histories.age))


def _exponential_integral(decay: float, upper: Floats) -> Floats:
    """The integral of exp(-decay v) for v from 0 to `upper`."""
    return upper if decay == 0 else -np.expm1(-decay * upper) / decay


def _bounded(days: float, daily: float) -> float:
    """The horizon, cut off where discounting leaves nothing."""
    return min(days, NEGLIGIBLE / daily) if daily > 0 else days


def _while_alive(
    parameters: Floats, histories: Histories, days: float, weight: Callable[[Floats], Floats]
) -> Floats:
    """The integral of `weight` times survival over the next `days` days, for customers alive now.

    One value per history. The variable is v = log(1 + t / (beta + T)), in which
    survival is exponential. Infinite if nothing bounds the integral.
    """
    _, _, s, beta = parameters
    ages, places = histories.by_age
    remaining = (beta + ages)[:, None]
    longest = np.inf if s <= 1 else NEGLIGIBLE / (s - 1)
    upper = np.minimum(np.log1p(days / remaining), longest)
    if np.isinf(upper).any():
        return np.full(histories.size, np.inf)
    v, weights = _nodes(upper)
    values = weight(remaining * np.expm1(v)) * np.exp((1 - s) * v) * remaining
    return np.asarray((values * weights).sum(axis=1)[places])


def _none_if_alive(parameters: Floats, repeats: Integers, ages: Integers, days: float) -> Floats:
    """The probability of no purchase in the next `days` days, for customers alive now.

    They stay for all of these days, or drop out within them. The variable is
    v = log(1 + t / (alpha + T)), in which the probability of silence is exponential.
    """
    r, alpha, s, beta = parameters
    shape, waited, remaining = (r + repeats)[:, None], (alpha + ages)[:, None], (beta + ages)[:, None]
    horizon = np.log1p(days / waited)
    stays = np.exp(-shape * horizon - s * np.log1p(days / remaining))
    v, weights = _nodes(np.minimum(horizon, NEGLIGIBLE / np.maximum(shape - 1, TINY)))
    dropout = s * np.log1p(waited * np.expm1(v) / remaining)
    leaves = s * np.exp((1 - shape) * v - dropout) * waited / (remaining + waited * np.expm1(v))
    return np.asarray(stays[:, 0] + (leaves * weights).sum(axis=1))


def _nodes(upper: Floats) -> tuple[Floats, Floats]:
    """The nodes and weights for integrals from 0 to each value of `upper`, one row per integral."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return (nodes + 1) / 2 * upper, weights * upper / 2
