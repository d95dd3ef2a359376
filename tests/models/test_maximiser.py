from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from wieder.models.maximiser import LARGEST, Evaluation, maximise, with_hessian

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wieder.models.maximiser import Objective

    Floats = NDArray[np.float64]

TOP = np.array([0.3, -1.2])


def hill(place: Floats, *, with_curvature: bool) -> Evaluation:
    """A hill that is steeper to one side, with its top at `TOP`."""
    x = place - TOP
    return Evaluation(
        value=float((x - np.exp(x)).sum()),
        gradient=1 - np.exp(x),
        hessian=np.diag(-np.exp(x)) if with_curvature else None,
    )


def newtons_hill(place: Floats) -> Evaluation:
    return hill(place, with_curvature=True)


def hill_without_hessian(place: Floats) -> Evaluation:
    return hill(place, with_curvature=False)


@pytest.mark.parametrize("objective", [newtons_hill, hill_without_hessian])
def test_both_ways_lead_to_the_top(objective: Objective) -> None:
    found = with_hessian(objective, maximise(objective, np.array([3.0, 2.0])))

    np.testing.assert_allclose(found.log_parameters, TOP, atol=1e-9)
    np.testing.assert_allclose(np.asarray(found.evaluation.hessian), -np.eye(2), atol=1e-6)


def test_an_endless_slope_is_not_followed_beyond_what_a_parameter_can_be() -> None:
    def slope(place: Floats) -> Evaluation:
        return Evaluation(value=float(place.sum()), gradient=np.ones(2), hessian=np.zeros((2, 2)))

    found = maximise(slope, np.zeros(2))

    assert LARGEST < np.abs(found.log_parameters).max() < LARGEST + 5


def test_places_without_a_likelihood_are_left_alone() -> None:
    def cliff(place: Floats) -> Evaluation:
        known = newtons_hill(place)
        value = known.value if place[0] > 0 else np.nan
        return Evaluation(value=value, gradient=known.gradient, hessian=known.hessian)

    found = maximise(cliff, np.array([6.0, 2.0]))

    np.testing.assert_allclose(found.log_parameters, TOP, atol=1e-9)
