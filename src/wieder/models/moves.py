"""Changes of a forecast within the uncertainty of its parameters: the delta method, by differences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from wieder.models.fitting import Fit

    Floats = NDArray[np.float64]


def moves_of(forecast: Callable[[Floats], Floats], fit: Fit) -> Floats:
    """Return the moves of a forecast by one standard deviation of the parameters, one row per direction.

    The fit must be certified, because only those have a covariance. The
    directions are the principal axes of the covariance of the log parameters.
    They are independent, so the squares of the moves add up to the variance of
    the forecast. Differences are as wide as the uncertainty, which accounts for
    curvature within it.
    """
    variances, directions = np.linalg.eigh(fit.covariance)
    steps = np.sqrt(np.maximum(variances, 0.0)) * directions
    return np.stack(
        [
            (forecast(fit.parameters * np.exp(step)) - forecast(fit.parameters * np.exp(-step))) / 2
            for step in steps.T
        ]
    )
