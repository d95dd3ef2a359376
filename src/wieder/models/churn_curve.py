"""The probability of no further purchase, from the gaps between all customers' purchases; no model needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wieder.models.kaplan_meier import Curve

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]


def probability_of_none(curve: Curve, waited_days: Integers, horizon_days: int) -> Floats:
    """Return S(waited + horizon) / S(waited): no purchase in the next days, given none in the days waited.

    `curve` describes the gaps between purchases, with customers still waiting
    as censored cases. It stays level after its last step: no purchase is
    expected after a gap longer than any that ended, so for long waits the
    probability is an upper bound.
    """
    now, later = (_survival(curve, days) for days in (waited_days, waited_days + horizon_days))
    return np.divide(later, now, out=np.ones_like(now), where=now > 0)


def _survival(curve: Curve, days: Integers) -> Floats:
    steps = np.array([step.days for step in curve.steps])
    heights = np.array([1.0, *(step.survival for step in curve.steps)])
    return np.asarray(heights[np.searchsorted(steps, days, side="right")])
