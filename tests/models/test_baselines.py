from __future__ import annotations

import numpy as np
import pytest

from wieder.models.baselines import FEWEST_CUSTOMERS, FEWEST_REPEATERS, is_too_small, own_rate, shop_formula

PURCHASES, SPEND, DAYS = np.array([1.0, 4.0]), np.array([10.0, 80.0]), np.array([50.0, 100.0])


def test_own_rate_continues_the_past_of_each_customer() -> None:
    expected = own_rate(PURCHASES, SPEND, DAYS, 200)
    assert expected.purchases.tolist() == [4, 8]
    assert expected.spend.tolist() == [40, 160]


def test_the_formula_of_the_shop_is_the_same_for_all_customers() -> None:
    """3 repeat purchases in 150 customer-days, at 90 / 5 = 18 each."""
    expected = shop_formula(PURCHASES, SPEND, DAYS, 200)
    assert expected.purchases.tolist() == [pytest.approx(4)] * 2
    assert expected.spend.tolist() == [pytest.approx(72)] * 2


def test_a_shop_is_too_small_by_customers_or_by_repeat_customers() -> None:
    enough = np.array([2.0] * FEWEST_REPEATERS + [1.0] * (FEWEST_CUSTOMERS - FEWEST_REPEATERS))
    assert not is_too_small(enough)
    assert is_too_small(enough[1:])
    assert is_too_small(np.append(enough[1:], [1.0] * 100))
