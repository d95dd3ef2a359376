"""Fits of simulated shops with known parameters."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from worlds import World, simulate

from wieder.models.bg_nbd import BG_NBD
from wieder.models.mbg_nbd import MBG_NBD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wieder.models.fitting import Fit
    from wieder.models.purchase_model import PurchaseModel

    Floats = NDArray[np.float64]

BOTH = pytest.mark.parametrize("model", [BG_NBD, MBG_NBD], ids=lambda model: model.name)
RATES = [(0.3, 20.0), (0.6, 45.0), (1.2, 60.0), (2.0, 150.0)]
LEAVING = [(0.6, 1.2), (0.8, 2.4), (1.0, 5.0), (1.5, 3.0), (3.0, 9.0)]


def worlds(model: PurchaseModel) -> list[World]:
    """Twenty shops that differ in purchase rates and dropout."""
    return [
        World(r=r, alpha=alpha, a=a, b=b, leaves_after_first=model is MBG_NBD)
        for (r, alpha), (a, b) in product(RATES, LEAVING)
    ]


def misses(fit: Fit, world: World) -> tuple[Floats, float]:
    """The error of each log parameter in standard errors, and the squared distance of all combined."""
    off = np.log(fit.parameters / world.parameters)
    return off / np.sqrt(np.diag(fit.covariance)), float(off @ np.linalg.solve(fit.covariance, off))


@BOTH
def test_the_parameters_of_twenty_shops_are_found(model: PurchaseModel) -> None:
    shops = worlds(model)
    fits = [model.fit(simulate(world, seed=1000 + number).histories) for number, world in enumerate(shops)]

    assert all(fit.is_certified for fit in fits)
    errors, distances = zip(*map(misses, fits, shops), strict=True)
    assert np.abs(errors).max() < 3
    # Chi-squared with 80 degrees of freedom: the standard errors are neither too small nor too large.
    assert 51 < sum(distances) < 116


@BOTH
def test_actual_purchases_agree_with_expected_ones(model: PurchaseModel) -> None:
    days = 180
    for number, world in enumerate(worlds(model)[::3]):
        shop = simulate(world, seed=100 + number, later_days=days)
        histories = shop.each
        expected = model.expected_purchases(world.parameters, histories, days)
        none = model.probability_of_none(world.parameters, histories, days)

        variance = model.expected_pairs(world.parameters, histories, days) + expected - expected**2
        assert abs(shop.later.sum() - expected.sum()) < 3 * np.sqrt(variance.sum())
        assert abs((shop.later == 0).sum() - none.sum()) < 3 * np.sqrt((none * (1 - none)).sum())


@pytest.mark.slow
def test_a_large_shop_is_found_from_a_sample_of_its_customers() -> None:
    """Another library's fit of a million customers silently diverged to 10 ** 111."""
    world = World(r=0.5, alpha=30.0, customers=1_000_000, longest_age=728)

    fit = BG_NBD.fit(simulate(world, seed=1).histories)

    assert fit.is_certified
    np.testing.assert_allclose(fit.parameters, world.parameters, rtol=0.02)
