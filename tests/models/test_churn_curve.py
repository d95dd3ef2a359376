from __future__ import annotations

import numpy as np
import pytest

from wieder.models.churn_curve import probability_of_none
from wieder.models.kaplan_meier import Curve, Waits, kaplan_meier

CURVE = kaplan_meier(
    [
        Waits(days=10, events=2, censored=0),
        Waits(days=20, events=1, censored=1),
        Waits(days=40, events=2, censored=2),
    ]
)
"""Eight cases: S is 6/8 from day 10 on, 5/8 from day 20, and half of that from day 40."""


@pytest.mark.parametrize(
    ("waited", "horizon", "expected"),
    [(0, 9, 1), (0, 10, 6 / 8), (10, 10, 5 / 6), (20, 30, 1 / 2), (39, 1, 1 / 2), (40, 500, 1), (400, 1, 1)],
)
def test_the_curve_from_the_wait_on(waited: int, horizon: int, expected: float) -> None:
    assert probability_of_none(CURVE, np.array([waited]), horizon) == pytest.approx([expected])


def test_no_return_is_expected_without_data() -> None:
    assert probability_of_none(Curve(steps=()), np.array([0, 7]), 30).tolist() == [1, 1]


def test_a_longer_horizon_leaves_fewer_waiting() -> None:
    waits = np.arange(60)
    shares = [probability_of_none(CURVE, waits, days) for days in (5, 30, 90)]
    assert (shares[0] >= shares[1]).all()
    assert (shares[1] >= shares[2]).all()
