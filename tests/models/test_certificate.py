from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wieder.models.certificate import Search, certified
from wieder.models.fitting import Doubt
from wieder.models.maximiser import Evaluation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wieder.models.fitting import Fit
    from wieder.models.maximiser import Objective

    Floats = NDArray[np.float64]

CUSTOMERS = 1000.0


def fit(
    objective: Objective, *starts: float, nested: float | None = None, sample: Objective | None = None
) -> Fit:
    first, second = (np.array([start]) for start in starts)
    return certified(
        Search(
            model="hill",
            names=("height",),
            customers=CUSTOMERS,
            objective=objective,
            sample=sample,
            starts=(first, second),
            nested=nested,
        )
    )


def polynomial(*coefficients: float) -> Objective:
    """A mean log-likelihood that is a polynomial of one log parameter, highest power first."""
    value = np.poly1d(coefficients)

    def objective(place: Floats) -> Evaluation:
        return Evaluation(
            value=float(value(place[0])),
            gradient=np.array([value.deriv()(place[0])]),
            hessian=np.array([[value.deriv(2)(place[0])]]),
        )

    return objective


def test_a_hill_is_certified_with_its_standard_error() -> None:
    found = fit(polynomial(-0.5, 1, 0), -2, 3)

    assert found.is_certified
    np.testing.assert_allclose(found.parameters, [np.e])
    np.testing.assert_allclose(found.standard_errors, [np.e / np.sqrt(CUSTOMERS)])
    np.testing.assert_allclose(found.log_likelihood, 0.5 * CUSTOMERS)


def test_two_tops_are_doubted_and_the_higher_one_is_kept() -> None:
    found = fit(polynomial(-1, 0, 2, 0.1, 0), -1, 1)

    assert found.doubts == (Doubt.SECOND_START,)
    assert found.parameters[0] > 1


def test_a_place_that_is_level_but_no_top_is_doubted() -> None:
    found = fit(polynomial(-1, 0, 0, 0, 0), 0, 0)

    assert Doubt.NOT_A_MAXIMUM in found.doubts
    assert np.isnan(found.standard_errors).all()


def test_a_gradient_that_contradicts_the_value_is_doubted() -> None:
    def objective(place: Floats) -> Evaluation:
        return Evaluation(value=float(-(place[0] ** 2)), gradient=np.array([1.0]), hessian=np.array([[-2.0]]))

    assert Doubt.NOT_CONVERGED in fit(objective, 0, 0).doubts


def test_a_slope_without_end_is_a_ridge() -> None:
    def objective(place: Floats) -> Evaluation:
        rest = np.exp(-place[0])
        return Evaluation(value=float(-rest), gradient=np.array([rest]), hessian=np.array([[-rest]]))

    assert fit(objective, 0, 1).doubts == (Doubt.RIDGE,)


def test_a_fit_not_better_than_the_nested_model_is_doubted() -> None:
    hill = polynomial(-0.5, 1, 0)

    assert fit(hill, 0, 2, nested=499.9).is_certified
    assert fit(hill, 0, 2, nested=500.0).doubts == (Doubt.WORSE_THAN_NESTED,)
    assert fit(hill, 0, 2, nested=float("nan")).doubts == (Doubt.WORSE_THAN_NESTED,)


def test_a_sample_only_provides_the_starting_point() -> None:
    found = fit(polynomial(-0.5, 1, 0), -2, 3, sample=polynomial(-0.5, 1.1, 7))

    assert found.is_certified
    np.testing.assert_allclose(found.parameters, [np.e])
