"""Predicted customer value, in cases with a known result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from wieder.models.bg_nbd import BG_NBD
from wieder.models.histories import Histories
from wieder.models.nbd_future import NBD
from wieder.models.valuation import CustomerValues, Terms, customer_values

if TYPE_CHECKING:
    from wieder.models.purchase_model import PurchaseModel

SPEND = np.array([20.0, 30.0])


def values(model: PurchaseModel, parameters: list[float], rate: float = 0.1) -> CustomerValues:
    known = Histories(
        repeats=np.array([0, 3]), recency=np.array([0, 90]), age=np.array([100, 100]), customers=np.ones(2)
    )
    terms = Terms(horizon_days=365, yearly_discount_rate=rate, margin=0.5)
    return customer_values(
        model, np.array(parameters), known, places=np.array([0, 1]), spend=SPEND, terms=terms
    )


def test_without_a_discount_the_value_is_purchases_times_spend_times_margin() -> None:
    found = values(BG_NBD, [0.4, 80.0, 0.8, 2.5], rate=0.0)
    assert found.value == pytest.approx(found.expected_purchases * SPEND * 0.5)
    assert np.isnan(found.lifetime_value).all()


def test_lifetime_value_is_known_only_with_dropout() -> None:
    leaving, staying = values(BG_NBD, [0.4, 80.0, 0.8, 2.5]), values(NBD, [0.4, 80.0])
    assert (leaving.lifetime_value > leaving.value).all()
    assert np.isnan(staying.lifetime_value).all()
    assert (staying.value > 0).all()
