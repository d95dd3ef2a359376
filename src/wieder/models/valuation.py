"""Predicted customer value: discounted future purchases times the expected cost of a purchase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wieder.models.discounting import daily_force

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wieder.models.histories import Histories
    from wieder.models.purchase_model import PurchaseModel

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The terms of a value forecast."""

    horizon_days: int
    yearly_discount_rate: float
    margin: float
    """Margin as a share of revenue; 1 for revenue itself."""


@dataclass(frozen=True, kw_only=True, eq=False)
class CustomerValues:
    """The forecast for customers, one value per customer."""

    expected_purchases: Floats
    """Within the horizon, not discounted."""
    probability_of_none: Floats
    """The probability of no purchase within the horizon."""
    expected_spend: Floats
    """The expected cost of a purchase, as revenue (without the margin)."""
    value: Floats
    """The value of purchases within the horizon, discounted, times the margin."""
    lifetime_value: Floats
    """The value of all future purchases, discounted, times the margin; nan without a discount rate (the sum
    may diverge), and for a model without dropout (it would depend on the discount rate alone)."""


def customer_values(
    model: PurchaseModel,
    parameters: Floats,
    histories: Histories,
    *,
    places: Places,
    spend: Floats,
    terms: Terms,
) -> CustomerValues:
    """The values of customers; `places` is the index of each customer's history in `histories`.

    `spend` is the expected cost of a purchase, one per customer.
    """
    horizon, rate = terms.horizon_days, terms.yearly_discount_rate
    within = model.discounted_purchases(parameters, histories, horizon, rate)
    ever = (
        model.discounted_purchases(parameters, histories, np.inf, rate)
        if rate > 0 and model.has_dropout
        else np.full(histories.size, np.nan)
    )
    worth = spend * terms.margin
    return CustomerValues(
        expected_purchases=model.expected_purchases(parameters, histories, horizon)[places],
        probability_of_none=model.probability_of_none(parameters, histories, horizon)[places],
        expected_spend=spend,
        value=within[places] * worth,
        lifetime_value=ever[places] * worth,
    )


def discounted_share(terms: Terms) -> float:
    """The present value of money received evenly over the horizon, as a share of it."""
    rate = daily_force(terms.yearly_discount_rate) * terms.horizon_days
    return float(-np.expm1(-rate) / rate) if rate > 0 else 1.0


def purchases_of_new(model: PurchaseModel, parameters: Floats, days: int) -> float:
    """The expected purchases of a new customer in the `days` days after the first purchase."""
    return float(model.expected_of_new(parameters, np.array([days], dtype=np.float64))[0])
