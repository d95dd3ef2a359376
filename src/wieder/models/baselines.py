"""Naive forecasts, which every model must beat.

All cover the `horizon_days` days after the end of observation, one value per
customer. A purchase is a day with orders.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEWEST_CUSTOMERS = 200
FEWEST_REPEATERS = 50
"""Below either, no model is fitted. Its four parameters are learned from repeat customers: with 50 of them,
the expected total is off by a seventh (one over the root of 50) by chance alone; with fewer than
`FEWEST_CUSTOMERS`, each decile has fewer than 20."""


def is_too_small(purchases: Floats) -> bool:
    """Whether a shop is too small for a model; `purchases` has one element per customer."""
    n_repeaters = int((purchases > 1).sum())
    return purchases.size < FEWEST_CUSTOMERS or n_repeaters < FEWEST_REPEATERS


@dataclass(frozen=True, kw_only=True, eq=False)
class Expected:
    """The purchases and spend that a method expects of each customer."""

    purchases: Floats
    spend: Floats


def own_rate(purchases: Floats, spend: Floats, days: Floats, horizon_days: int) -> Expected:
    """Each customer keeps the average pace since the first purchase, which counts; `days` is 1 or more."""
    share = horizon_days / days
    return Expected(purchases=purchases * share, spend=spend * share)


def shop_formula(purchases: Floats, spend: Floats, days: Floats, horizon_days: int) -> Expected:
    """Average order value x repeat purchases per customer-day x horizon, the same for every customer.

    This is the rule-of-thumb CLV with the horizon as lifetime.
    """
    repeats = float((purchases - 1).sum())
    each = repeats / float(days.sum()) * horizon_days
    value = float(spend.sum()) / float(purchases.sum())
    same = np.full(purchases.size, each)
    return Expected(purchases=same, spend=same * value)
