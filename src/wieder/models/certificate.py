"""Fits that are checked: a maximum is believed when it has been shown to be one.

Peers have returned places far from any maximum, with forecasts for every
customer and without a word; here what fails is named in `Fit.doubts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wieder.models.fitting import Doubt, Fit, refused
from wieder.models.maximiser import LARGEST, maximise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from wieder.models.histories import Histories
    from wieder.models.maximiser import Maximum, Objective

    Floats = NDArray[np.float64]

LEAST_CUSTOMERS = 30
LARGEST_SLOPE = 1e-6
LARGEST_DISAGREEMENT = 1e-6
"""Of two starts, in the mean log-likelihood of a customer."""
LEAST_ADVANTAGE = 1e-3
"""Over the nested model, in the log-likelihood of all customers."""
LARGEST_ERROR = 4.0
"""Of a log parameter. With more, it is not even known within a factor of a thousand either way."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is to be maximised, from where, and what the maximum must beat."""

    model: str
    names: tuple[str, ...]
    customers: float
    objective: Objective
    starts: tuple[Floats, Floats]
    """Log parameters. Both must lead to the same maximum."""
    sample: Objective | None = None
    """The objective of some of the customers, on which the starts are tried where all of them take long."""
    nested: float | None = None
    """The log-likelihood of the simpler model inside this one, which has to be beaten."""


def certified(search: Search) -> Fit:
    """The maximum that both starts lead to, with everything that speaks against it."""
    tried = [maximise(search.sample or search.objective, start) for start in search.starts]
    best = max(tried, key=lambda maximum: maximum.evaluation.value)
    if search.sample is not None:
        best = maximise(search.objective, best.log_parameters)
    covariance = _covariance(best, search.customers)
    return Fit(
        model=search.model,
        names=search.names,
        parameters=np.exp(best.log_parameters),
        log_likelihood=float(best.evaluation.value * search.customers),
        covariance=covariance,
        customers=search.customers,
        gradient=best.slope,
        doubts=tuple(_doubts(search, tried, best, covariance)),
    )


def refused_by_data(model: str, names: tuple[str, ...], histories: Histories) -> Fit | None:
    """The refusal where there is nothing to learn a rhythm of purchases from; None where there is."""
    if histories.total < LEAST_CUSTOMERS:
        return refused(model, names, histories.total, Doubt.TOO_FEW_CUSTOMERS)
    if not histories.repeats.any() or histories.size == 1:
        return refused(model, names, histories.total, Doubt.NO_REPEATS)
    return None


def _covariance(maximum: Maximum, customers: float) -> Floats:
    """The inverse of the information; all nan where the place is no maximum."""
    information = -maximum.evaluation.hessian * customers
    unknown = np.full(information.shape, np.nan)
    if not np.isfinite(information).all() or np.linalg.eigvalsh(information).min() <= 0:
        return unknown
    return np.asarray(np.linalg.inv(information), dtype=np.float64)


def _doubts(search: Search, tried: list[Maximum], best: Maximum, covariance: Floats) -> Iterator[Doubt]:
    log_likelihood = best.evaluation.value * search.customers
    if search.nested is not None and not log_likelihood >= search.nested + LEAST_ADVANTAGE:
        yield Doubt.WORSE_THAN_NESTED
    if _has_run_away(best, covariance):
        yield Doubt.RIDGE
    else:
        yield from _doubts_of_place(tried, best, covariance)


def _doubts_of_place(tried: list[Maximum], best: Maximum, covariance: Floats) -> Iterator[Doubt]:
    """What speaks against a maximum there; on a ridge all of it does, and says nothing more."""
    first, second = (maximum.evaluation.value for maximum in tried)
    if not abs(first - second) <= LARGEST_DISAGREEMENT:
        yield Doubt.SECOND_START
    if not best.slope <= LARGEST_SLOPE:
        yield Doubt.NOT_CONVERGED
    if np.isnan(covariance).any():
        yield Doubt.NOT_A_MAXIMUM


def _has_run_away(maximum: Maximum, covariance: Floats) -> bool:
    """Whether a parameter is on its way to 0 or infinity: far out, or known to no order of magnitude."""
    errors = np.sqrt(np.diag(covariance))
    return bool(np.abs(maximum.log_parameters).max() > LARGEST or (errors > LARGEST_ERROR).any())
