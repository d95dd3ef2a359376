"""Maximum likelihood fit of BG/NBD and MBG/NBD.

The likelihood of one history, in the notation of `beta_geometric`, is

    rising(r, x) alpha^r (alpha + T)^-(r + x) rising(b, c) / rising(a + b, c) (1 + odds of having left)

with c chances to leave, and without the odds if c = 0. Most terms of its
logarithm depend on repeats alone or on age alone, so they are summed over
distinct values. Only the odds need all three numbers of a history.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from wieder.models.certificate import Search, certified, refused_by_data
from wieder.models.derivatives import Sum, log1p_exp, log_rising_sum, mean_in_logarithms
from wieder.models.histories import sample
from wieder.models.nbd import Tallies, fit_nbd, tallies
from wieder.models.nbd import log_likelihood as nbd_log_likelihood

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from wieder.models.fitting import Fit
    from wieder.models.histories import Histories
    from wieder.models.maximiser import Evaluation, Objective

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

NAMES = ("r", "alpha", "a", "b")
SAMPLE = 20_000
"""The number of customers in the sample on which starting points are tried."""
MANY = 50_000
"""The number of distinct histories from which a sample saves time."""
BLOCK = 32_768


def fit_beta_geometric(model: str, histories: Histories, *, leaves_after_first: bool) -> Fit:
    """Fit by maximum likelihood; certified only if it beats the NBD, in which no customer leaves."""
    refusal = refused_by_data(model, NAMES, histories)
    if refusal is not None:
        return refusal
    age = max(float(np.average(histories.age, weights=histories.customers)), 1.0)
    return certified(
        Search(
            model=model,
            names=NAMES,
            customers=histories.total,
            objective=objective(histories, leaves_after_first=leaves_after_first),
            sample=_objective_of_sample(histories, leaves_after_first=leaves_after_first),
            starts=(np.log([0.5, age / 4, 0.8, 2.5]), np.log([2.0, age, 2.0, 2.0])),
            nested=fit_nbd(histories).log_likelihood,
        )
    )


def _objective_of_sample(histories: Histories, *, leaves_after_first: bool) -> Objective | None:
    if histories.size < MANY:
        return None
    return objective(sample(histories, SAMPLE), leaves_after_first=leaves_after_first)


def objective(histories: Histories, *, leaves_after_first: bool) -> Objective:
    """The mean log-likelihood of a customer, with gradient and Hessian."""
    counted = tallies(histories)
    leavers = list(_possible_leavers(histories, leaves_after_first=leaves_after_first))

    def evaluate(log_parameters: Floats) -> Evaluation:
        parameters = np.exp(log_parameters)
        staying = _of_staying(parameters, counted, leaves_after_first=leaves_after_first)
        leaving = (_of_leaving(parameters, block) for block in leavers)
        total = sum(leaving, start=_of_purchases(parameters, counted) + staying)
        return mean_in_logarithms(total, parameters, histories.total)

    return evaluate


def _of_purchases(parameters: Floats, counted: Tallies) -> Sum:
    """The log-likelihood if no customer ever left: that of the NBD."""
    known = nbd_log_likelihood(parameters[:2], counted)
    return Sum(
        value=known.value, gradient=np.pad(known.gradient, (0, 2)), hessian=np.pad(known.hessian, (0, 2))
    )


def _of_staying(parameters: Floats, counted: Tallies, *, leaves_after_first: bool) -> Sum:
    """The log-likelihood of staying at every chance to leave: log rising(b, c) / rising(a + b, c)."""
    _, _, a, b = parameters
    chances = counted.repeats + int(leaves_after_first)
    above, above_slope, above_bend = log_rising_sum(b, chances, counted.customers)
    below, slope, bend = log_rising_sum(a + b, chances, counted.customers)
    hessian = np.zeros((4, 4))
    hessian[2:, 2:] = -bend
    hessian[3, 3] += above_bend
    return Sum(value=above - below, gradient=np.array([0, 0, -slope, above_slope - slope]), hessian=hessian)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Leavers:
    """A block of histories with a chance to leave, small enough for its arrays to fit into a CPU cache."""

    repeats: Floats
    recency: Integers
    age: Integers
    customers: Floats
    stays: Floats
    """The chances to leave before the last one."""
    days: Floats
    """All days from 0 to the largest age."""


def _possible_leavers(histories: Histories, *, leaves_after_first: bool) -> Iterator[_Leavers]:
    chances = histories.repeats + int(leaves_after_first)
    members = np.flatnonzero(chances)
    days = np.arange(histories.age.max() + 1.0)
    for start in range(0, members.size, BLOCK):
        block = members[start : start + BLOCK]
        yield _Leavers(
            repeats=histories.repeats[block].astype(np.float64),
            recency=histories.recency[block],
            age=histories.age[block],
            customers=histories.customers[block],
            stays=chances[block].astype(np.float64) - 1,
            days=days,
        )


def _of_leaving(parameters: Floats, leavers: _Leavers) -> Sum:
    """The term for having left after the last purchase: the sum of log(1 + odds)."""
    r, alpha, a, b = parameters
    shape = r + leavers.repeats
    since, since_slope, since_bend = _silence(alpha, leavers)
    inverse_b = 1 / (b + leavers.stays)
    log_odds = np.log(a * inverse_b) + shape * since
    left = expit(log_odds)
    weights = leavers.customers * left
    slopes = np.stack([since, shape * since_slope, np.full(since.size, 1 / a), -inverse_b])
    hessian = (slopes * (weights * (1 - left))) @ slopes.T
    hessian[[0, 1], [1, 0]] += (weights * since_slope).sum()
    hessian[1, 1] += (weights * shape * since_bend).sum()
    hessian[2, 2] -= weights.sum() / a**2
    hessian[3, 3] += (weights * inverse_b**2).sum()
    return Sum(
        value=float(leavers.customers @ log1p_exp(log_odds)),
        gradient=slopes @ weights,
        hessian=hessian,
    )


def _silence(alpha: float, leavers: _Leavers) -> tuple[Floats, Floats, Floats]:
    """Return log((alpha + T) / (alpha + t_x)) and its two derivatives in alpha, computed once per day."""
    age = alpha + leavers.days
    by_day = (np.log(age), 1 / age, -1 / age**2)
    since, slope, bend = (values[leavers.age] - values[leavers.recency] for values in by_day)
    return since, slope, bend
