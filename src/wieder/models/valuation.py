"""What customers will be worth: purchases to come, discounted, times what a purchase will cost."""

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
    """What a forecast of value is made for."""

    horizon_days: int
    yearly_discount_rate: float
    margin: float
    """The share of revenue that counts; 1 for revenue itself."""


@dataclass(frozen=True, kw_only=True, eq=False)
class CustomerValues:
    """What is expected of customers from now on, one value per customer."""

    expected_purchases: Floats
    """Within the horizon, not discounted."""
    probability_of_none: Floats
    """That nothing is bought within the horizon."""
    expected_spend: Floats
    """Per purchase; revenue, without the margin."""
    value: Floats
    """Of the purchases within the horizon, discounted, times the margin."""
    lifetime_value: Floats
    """Of all purchases to come, likewise; nan without a discount rate, as the sum need not end then, and by
    a model in which nobody leaves, where it says nothing but what the rate is."""


def customer_values(
    model: PurchaseModel,
    parameters: Floats,
    histories: Histories,
    *,
    places: Places,
    spend: Floats,
    terms: Terms,
) -> CustomerValues:
    """The values of customers with these histories: `places` has the place of each customer's.

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
    """What money that comes evenly over the horizon is worth today, as a share of it."""
    rate = daily_force(terms.yearly_discount_rate) * terms.horizon_days
    return float(-np.expm1(-rate) / rate) if rate > 0 else 1.0


def purchases_of_new(model: PurchaseModel, parameters: Floats, days: int) -> float:
    """The purchases that are expected of a new customer in the `days` days after the first one."""
    return float(model.expected_of_new(parameters, np.array([days], dtype=np.float64))[0])
