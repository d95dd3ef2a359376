"""Search for the maximum of a likelihood with positive parameters, in their logarithms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from scipy.optimize import minimize

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LARGEST = float(np.log(1e6))
"""The bound of absolute log parameters, beyond those of any shop; the search stops when one passes it."""
LONGEST_STEP = 4.0
LEAST_SLOPE = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Evaluation:
    """The mean log-likelihood of a customer at one point, and its derivatives in the log parameters."""

    value: float
    gradient: Floats
    hessian: Floats


class Objective(Protocol):
    """The mean log-likelihood of a customer as a function of the log parameters."""

    def __call__(self, log_parameters: Floats, /) -> Evaluation:
        """Defined if every log parameter lies between -`LARGEST` and `LARGEST`."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Maximum:
    """The end point of a search."""

    log_parameters: Floats
    evaluation: Evaluation

    @property
    def slope(self) -> float:
        """The largest absolute value in the gradient."""
        return float(np.abs(self.evaluation.gradient).max())


def maximise(objective: Objective, start: Floats) -> Maximum:
    """Climb from `start` to a maximum by Newton steps within a trust region."""
    descent = _Descent(objective)
    with np.errstate(all="ignore"):
        found = minimize(
            descent.value,
            start,
            jac=descent.gradient,
            hess=descent.hessian,
            method="trust-exact",
            options={"gtol": LEAST_SLOPE, "initial_trust_radius": 1.0, "max_trust_radius": LONGEST_STEP},
            callback=_stop_beyond,
        )
        return Maximum(log_parameters=found.x, evaluation=descent.at(found.x))


class _Descent:
    """The negated objective, as scipy expects it; one evaluation gives the value and all derivatives."""

    def __init__(self, objective: Objective) -> None:
        self._objective = objective
        self._last: tuple[Floats, Evaluation] | None = None

    def at(self, place: Floats) -> Evaluation:
        if self._last is None or not np.array_equal(place, self._last[0]):
            self._last = place.copy(), self._objective(place)
        return self._last[1]

    def value(self, place: Floats) -> float:
        if np.abs(place).max() > LARGEST + LONGEST_STEP:
            return np.inf
        value = self.at(place).value
        return -value if np.isfinite(value) else np.inf

    def gradient(self, place: Floats) -> Floats:
        return -self.at(place).gradient

    def hessian(self, place: Floats) -> Floats:
        return -self.at(place).hessian


def _stop_beyond(intermediate_result: Any) -> None:
    if np.abs(intermediate_result.x).max() > LARGEST:
        raise StopIteration
