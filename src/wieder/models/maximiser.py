"""The maximum of a likelihood whose parameters are positive, sought in their logarithms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from scipy.optimize import minimize

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LARGEST = float(np.log(1e6))
"""No parameter of a shop is larger, or smaller than its inverse; the search ends where one gets there."""
NEWTON_TOLERANCE = 1e-10
BFGS_TOLERANCE = 1e-8
"""Newton steps come closer for nothing; after BFGS one Newton step does."""
DIFFERENCE = 1e-4


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Evaluation:
    """The mean log-likelihood of a customer at one place, and its derivatives in the log parameters."""

    value: float
    gradient: Floats
    hessian: Floats | None = None
    """None where the model does not give it; then it is taken from differences of the gradient."""


class Objective(Protocol):
    """The mean log-likelihood of a customer."""

    def __call__(self, log_parameters: Floats, /) -> Evaluation:
        """Defined wherever no log parameter is beyond `LARGEST` either way."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Maximum:
    """Where a search ended."""

    log_parameters: Floats
    evaluation: Evaluation

    @property
    def slope(self) -> float:
        """The largest absolute value in the gradient."""
        return float(np.abs(self.evaluation.gradient).max())


def maximise(objective: Objective, start: Floats) -> Maximum:
    """The maximum uphill of `start`: by Newton steps in a trust region, or BFGS where there is no Hessian."""
    descent = _Descent(objective)
    with np.errstate(all="ignore"):
        climb = _by_bfgs if descent.at(start).hessian is None else _by_newton
        place = climb(descent, start)
        return Maximum(log_parameters=place, evaluation=descent.at(place))


def with_hessian(objective: Objective, maximum: Maximum) -> Maximum:
    """The maximum with its Hessian; where that has to be taken from differences, a Newton step follows."""
    if maximum.evaluation.hessian is not None:
        return maximum
    hessian = _hessian_by_differences(objective, maximum.log_parameters)
    stepped = _newton_step(objective, maximum, hessian)
    return replace(stepped, evaluation=replace(stepped.evaluation, hessian=hessian))


def _by_newton(descent: _Descent, start: Floats) -> Floats:
    found = minimize(
        descent.value,
        start,
        jac=descent.gradient,
        hess=descent.hessian,
        method="trust-exact",
        options={"gtol": NEWTON_TOLERANCE, "initial_trust_radius": 1.0, "max_trust_radius": 4.0},
        callback=_stop_beyond,
    )
    return np.asarray(found.x)


def _by_bfgs(descent: _Descent, start: Floats) -> Floats:
    found = minimize(
        descent.value,
        start,
        jac=descent.gradient,
        method="BFGS",
        options={"gtol": BFGS_TOLERANCE},
        callback=_stop_beyond,
    )
    return np.asarray(found.x)


class _Descent:
    """The objective upside down, as scipy wants it; one evaluation serves all derivatives."""

    def __init__(self, objective: Objective) -> None:
        self._objective = objective
        self._place: Floats | None = None
        self._last: Evaluation | None = None

    def at(self, place: Floats) -> Evaluation:
        if self._last is None or not np.array_equal(place, self._place):  # type: ignore[arg-type]
            self._place = place.copy()
            self._last = self._objective(place)
        return self._last

    def value(self, place: Floats) -> float:
        if np.abs(place).max() > LARGEST + 5:
            return np.inf
        value = self.at(place).value
        return -value if np.isfinite(value) else np.inf

    def gradient(self, place: Floats) -> Floats:
        return -self.at(place).gradient

    def hessian(self, place: Floats) -> Floats:
        hessian = self.at(place).hessian
        assert hessian is not None  # noqa: S101
        return -hessian


def _stop_beyond(intermediate_result: Any) -> None:
    if np.abs(intermediate_result.x).max() > LARGEST:
        raise StopIteration


def _hessian_by_differences(objective: Objective, place: Floats) -> Floats:
    steps = DIFFERENCE * np.eye(place.size)
    rows = [(objective(place + step).gradient - objective(place - step).gradient) for step in steps]
    hessian = np.stack(rows) / (2 * DIFFERENCE)
    return np.asarray((hessian + hessian.T) / 2)


def _newton_step(objective: Objective, maximum: Maximum, hessian: Floats) -> Maximum:
    """One step closer to the maximum, if it is one."""
    try:
        place = maximum.log_parameters - np.linalg.solve(hessian, maximum.evaluation.gradient)
    except np.linalg.LinAlgError:
        return maximum
    if not np.abs(place).max() <= LARGEST:
        return maximum
    stepped = Maximum(log_parameters=place, evaluation=objective(place))
    return stepped if stepped.slope < maximum.slope else maximum
