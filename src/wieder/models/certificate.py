"""Certified fits: a maximum is accepted only once it has been verified.

Other libraries have silently returned points far from any maximum, together
with forecasts for every customer. Here each failed check is listed in `Fit.doubts`.
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
"""Between the maxima from two starting points, in the mean log-likelihood per customer."""
LEAST_ADVANTAGE = 1e-3
"""Over the nested model, in the log-likelihood of all customers."""
LARGEST_ERROR = 4.0
"""The standard error of a log parameter. Above it, the 95 % interval exceeds a factor of 1,000 either way."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """An objective to be maximised, its starting points, and the likelihood that the maximum must beat."""

    model: str
    names: tuple[str, ...]
    customers: float
    objective: Objective
    starts: tuple[Floats, Floats]
    """Log parameters. Both must lead to the same maximum."""
    sample: Objective | None = None
    """The objective on a sample of customers, on which the starting points are tried; None: on all."""
    nested: float | None = None
    """The log-likelihood of the nested simpler model, which the maximum must exceed."""


def certified(search: Search) -> Fit:
    """Search from both starting points, and return the higher maximum with the doubts about it."""
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
    """The refused fit if the data has too few customers or no repeat purchases to fit; None otherwise."""
    if histories.total < LEAST_CUSTOMERS:
        return refused(model, names, histories.total, Doubt.TOO_FEW_CUSTOMERS)
    if not histories.repeats.any() or histories.size == 1:
        return refused(model, names, histories.total, Doubt.NO_REPEATS)
    return None


def _covariance(maximum: Maximum, customers: float) -> Floats:
    """The inverse of the information matrix; all nan if the point is not a maximum."""
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
    """The doubts about the point itself; on a ridge all of them apply and add no information."""
    first, second = (maximum.evaluation.value for maximum in tried)
    if not abs(first - second) <= LARGEST_DISAGREEMENT:
        yield Doubt.SECOND_START
    if not best.slope <= LARGEST_SLOPE:
        yield Doubt.NOT_CONVERGED
    if np.isnan(covariance).any():
        yield Doubt.NOT_A_MAXIMUM


def _has_run_away(maximum: Maximum, covariance: Floats) -> bool:
    """Whether a parameter drifts to 0 or infinity: it is extreme, or its order of magnitude is unknown."""
    errors = np.sqrt(np.diag(covariance))
    return bool(np.abs(maximum.log_parameters).max() > LARGEST or (errors > LARGEST_ERROR).any())
