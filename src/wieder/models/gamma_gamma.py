"""Customers' spend per purchase: the Gamma-Gamma model of Fader, Hardie and Lee (2005).

The cost of a customer's purchases is gamma distributed with shape p and the
customer's own rate; these rates are gamma distributed over all customers with
shape q and rate v (gamma in Fader and Hardie 2013). Purchase frequency must not
depend on spend: see `independence`.

The data of a customer are the number of repeat purchases x and their total z.
All terms of the likelihood except the logarithms of z + v depend on sums over
customers with the same x, which are computed once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaln, polygamma, psi

from wieder.models.certificate import LEAST_CUSTOMERS, Search, certified
from wieder.models.fitting import Doubt, Fit, refused
from wieder.models.maximiser import Evaluation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wieder.models.maximiser import Objective

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

NAME = "gamma_gamma"
PARAMETERS = ("p", "q", "v")
SAMPLE = 20_000
"""The number of customers in the sample on which starting points are tried."""
MANY = 50_000
"""The number of customers from which a sample saves time."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Spenders:
    """Customers with positive spend on repeat purchases, one per element, and sums over them."""

    total: Floats
    """Spend on repeat purchases; z."""
    repeats: Floats
    """The number of repeat purchases; x."""
    distinct_repeats: Floats
    """The distinct values of `repeats`."""
    customers: Floats
    """The number of customers with each value of `distinct_repeats`."""
    log_totals: float
    """The sum of x log z."""
    log_means: float
    """The sum of log(z / x)."""

    @property
    def size(self) -> int:
        """The number of customers."""
        return self.total.size


def fit_gamma_gamma(repeats: Integers, repeat_spend: Floats) -> Fit:
    """Fit the model; one element per customer, spend as the total of all repeat purchases.

    Customers without repeat purchases, or with a total of 0 or less, are left
    out: a gamma distribution does not contain 0.
    """
    spenders = spenders_of(repeats, repeat_spend)
    if spenders.size < LEAST_CUSTOMERS:
        return refused(NAME, PARAMETERS, spenders.size, Doubt.TOO_FEW_CUSTOMERS)
    if np.ptp(spenders.total / spenders.repeats) == 0:
        return refused(NAME, PARAMETERS, spenders.size, Doubt.RIDGE)
    typical = np.exp(spenders.log_means / spenders.size)
    fit = certified(
        Search(
            model=NAME,
            names=PARAMETERS,
            customers=float(spenders.size),
            objective=_objective(spenders),
            sample=_objective_of_sample(spenders),
            starts=(np.log([2.0, 3.0, typical]), np.log([0.5, 6.0, 10 * typical])),
        )
    )
    return replace(fit, doubts=(*fit.doubts, *_doubts_of_mean(fit)))


def spenders_of(repeats: Integers | Floats, repeat_spend: Floats) -> Spenders:
    """The customers that the model is fitted to."""
    spends = (repeats > 0) & (repeat_spend > 0)
    total, count = repeat_spend[spends], repeats[spends].astype(np.float64)
    distinct, customers = np.unique(count, return_counts=True)
    logarithms = np.log(total)
    return Spenders(
        total=total,
        repeats=count,
        distinct_repeats=distinct,
        customers=customers.astype(np.float64),
        log_totals=float(count @ logarithms),
        log_means=float((logarithms - np.log(count)).sum()),
    )


def mean_log_likelihood(log_parameters: Floats, spenders: Spenders) -> Evaluation:
    """The mean log-likelihood of customers' mean spend, with gradient and Hessian in log p, q and v."""
    parameters = np.exp(log_parameters)
    tail = _Tail.of(parameters[2], spenders)
    gradient = parameters * _gradient(parameters, spenders, tail)
    hessian = _hessian(parameters, spenders, tail) * np.outer(parameters, parameters)
    return Evaluation(
        value=_log_likelihood(parameters, spenders, tail) / spenders.size,
        gradient=gradient / spenders.size,
        hessian=(np.diag(gradient) + hessian) / spenders.size,
    )


def expected_spend(parameters: Floats, repeats: Integers, repeat_spend: Floats) -> Floats:
    """The expected cost of the next purchase, one per customer.

    The mean of all customers if `repeats` is 0; the more repeats, the closer to
    the customer's own mean. A total below 0, left by refunds, counts as 0.
    Infinite if the expectation is (q <= 1 without repeats), which never occurs
    with a certified fit.
    """
    p, _, v = parameters
    weight = _posterior_shape(parameters, repeats)
    return _over(p * (v + _spent(repeats, repeat_spend)), weight - 1)


def expected_square(parameters: Floats, repeats: Integers, repeat_spend: Floats) -> Floats:
    """The expected square of a customer's mean cost per purchase; infinite if q + p x <= 2."""
    p, _, v = parameters
    weight = _posterior_shape(parameters, repeats)
    scale = p * (v + _spent(repeats, repeat_spend))
    return _over(_over(scale, weight - 1) * scale, weight - 2)


def _objective(spenders: Spenders) -> Objective:
    return lambda log_parameters: mean_log_likelihood(log_parameters, spenders)


def _objective_of_sample(spenders: Spenders) -> Objective | None:
    if spenders.size < MANY:
        return None
    every = spenders.size // SAMPLE
    return _objective(spenders_of(spenders.repeats[::every], spenders.total[::every]))


def _posterior_shape(parameters: Floats, repeats: Integers) -> Floats:
    p, q, _ = parameters
    return np.asarray(p * repeats + q)


def _spent(repeats: Integers, repeat_spend: Floats) -> Floats:
    return np.where(repeats > 0, np.maximum(repeat_spend, 0.0), 0.0)


def _over(numerator: Floats, denominator: Floats) -> Floats:
    """The quotient; infinite if the denominator is not above 0."""
    quotient = np.full(np.broadcast(numerator, denominator).shape, np.inf)
    np.divide(numerator, denominator, out=quotient, where=denominator > 0)
    return quotient


def _doubts_of_mean(fit: Fit) -> tuple[Doubt, ...]:
    return (Doubt.NO_MEAN,) if fit.parameters[1] <= 1 else ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Tail:
    """Sums over customers of functions of z + v, unweighted and weighted by x."""

    logarithms: float
    weighted_logarithms: float
    inverses: float
    weighted_inverses: float
    squares: float
    """Of the inverses."""
    weighted_squares: float

    @classmethod
    def of(cls, v: float, spenders: Spenders) -> _Tail:
        shifted = spenders.total + v
        logarithms, inverses = np.log(shifted), 1 / shifted
        weighted = spenders.repeats * inverses
        return cls(
            logarithms=float(logarithms.sum()),
            weighted_logarithms=float(spenders.repeats @ logarithms),
            inverses=float(inverses.sum()),
            weighted_inverses=float(weighted.sum()),
            squares=float(inverses @ inverses),
            weighted_squares=float(weighted @ inverses),
        )


def _log_likelihood(parameters: Floats, spenders: Spenders, tail: _Tail) -> float:
    p, q, v = parameters
    x, n = spenders.distinct_repeats, spenders.customers
    shapes = n @ (gammaln(p * x + q) - gammaln(p * x)) - spenders.size * (gammaln(q) - q * np.log(v))
    return float(
        shapes
        + p * (spenders.log_totals - tail.weighted_logarithms)
        - spenders.log_means
        - q * tail.logarithms
    )


def _gradient(parameters: Floats, spenders: Spenders, tail: _Tail) -> Floats:
    p, q, v = parameters
    x, n = spenders.distinct_repeats, spenders.customers
    joint = psi(p * x + q)
    return np.array(
        [
            n @ (x * (joint - psi(p * x))) + spenders.log_totals - tail.weighted_logarithms,
            n @ joint - spenders.size * (psi(q) - np.log(v)) - tail.logarithms,
            spenders.size * q / v - p * tail.weighted_inverses - q * tail.inverses,
        ]
    )


def _hessian(parameters: Floats, spenders: Spenders, tail: _Tail) -> Floats:
    p, q, v = parameters
    x, n = spenders.distinct_repeats, spenders.customers
    joint = polygamma(1, p * x + q)
    pp = n @ (x * x * (joint - polygamma(1, p * x)))
    pq = n @ (x * joint)
    qq = n @ joint - spenders.size * polygamma(1, q)
    pv = -tail.weighted_inverses
    qv = spenders.size / v - tail.inverses
    vv = -spenders.size * q / v**2 + p * tail.weighted_squares + q * tail.squares
    return np.array([[pp, pq, pv], [pq, qq, qv], [pv, qv, vv]])
