from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from wieder.models.maximiser import LARGEST, LONGEST_STEP, Evaluation, maximise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TOP = np.array([0.3, -1.2])


def hill(place: Floats) -> Evaluation:
    """A hill that is steeper on one side, with its top at `TOP`."""
    x = place - TOP
    return Evaluation(value=float((x - np.exp(x)).sum()), gradient=1 - np.exp(x), hessian=np.diag(-np.exp(x)))


@pytest.mark.parametrize("start", [[3.0, 2.0], [-9.0, -9.0], [0.3, 6.0]])
def test_a_hill_is_climbed_from_any_side(start: list[float]) -> None:
    found = maximise(hill, np.array(start))

    np.testing.assert_allclose(found.log_parameters, TOP, atol=1e-9)
    assert found.slope < 1e-8


def test_an_endless_slope_is_not_followed_beyond_what_a_parameter_can_be() -> None:
    def slope(place: Floats) -> Evaluation:
        return Evaluation(value=float(place.sum()), gradient=np.ones(2), hessian=np.zeros((2, 2)))

    found = maximise(slope, np.zeros(2))

    assert LARGEST < np.abs(found.log_parameters).max() < LARGEST + LONGEST_STEP


def test_places_without_a_likelihood_are_left_alone() -> None:
    def cliff(place: Floats) -> Evaluation:
        known = hill(place)
        value = known.value if place[0] > 0 else np.nan
        return Evaluation(value=value, gradient=known.gradient, hessian=known.hessian)

    found = maximise(cliff, np.array([6.0, 2.0]))

    np.testing.assert_allclose(found.log_parameters, TOP, atol=1e-9)
