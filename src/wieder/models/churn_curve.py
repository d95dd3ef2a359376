"""Who will not come back, by how long all customers took to come back before: without any model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wieder.models.kaplan_meier import Curve

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]


def probability_of_none(curve: Curve, waited_days: Integers, horizon_days: int) -> Floats:
    """S(waited + horizon) / S(waited): no purchase in the next days, given none in those before.

    The curve is of the gaps between purchases, with the customers asked about
    still waiting in it. After its last step it is held level: nobody is
    expected back after a gap that was never seen to end, so for long waits the
    probability is an upper bound.
    """
    now, later = (_survival(curve, days) for days in (waited_days, waited_days + horizon_days))
    return np.divide(later, now, out=np.ones_like(now), where=now > 0)


def _survival(curve: Curve, days: Integers) -> Floats:
    steps = np.array([step.days for step in curve.steps])
    heights = np.array([1.0, *(step.survival for step in curve.steps)])
    return np.asarray(heights[np.searchsorted(steps, days, side="right")])
