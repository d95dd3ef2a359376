"""The effects built into the sample shop: a correct analysis must recover them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any


def effect(size: float, shows: str) -> Any:
    """A dataclass field for a built-in effect: its size, and a description of its impact."""
    return field(default=size, metadata={"shows": shows})


@dataclass(frozen=True, kw_only=True)
class Effects:
    """The size of each effect.

    A factor multiplies the order rate of a customer; a loss is the share of
    customers who never return. To simulate the shop without an effect, set its
    factor to 1 or its loss to 0.
    """

    late_first_delivery_loss: float = effect(
        0.40,
        "Customers whose first parcel arrives after the promised day are lost with this probability: "
        "their 90-day repeat purchase rate is lower by about as much.",
    )
    slow_refund_loss: float = effect(
        0.45,
        "Customers who wait more than 14 days for a refund are lost with this probability: "
        "the repeat purchase rate is lower after a slow refund than after a fast one.",
    )
    slow_reply_loss: float = effect(
        0.45,
        "Customers who wait more than 48 hours for the first reply to a complaint are lost with this "
        "probability: the repeat purchase rate is lower after a slow reply than after a fast one.",
    )
    programme_factor: float = effect(
        1.25,
        "From the day after joining, members of the Kännchen-Club order this many times as often. "
        "Frequent buyers are more likely to join, so members differ from non-members by far more.",
    )
    campaign_factor: float = effect(
        2.0,
        "In the 14 days after the day of a campaign, recipients order this many times as often "
        "as the holdout.",
    )
    personal_click_factor: float = effect(
        1.4,
        "Customers who open a personal campaign click this many times as often as in a general one.",
    )
    app_factor: float = effect(1.3, "App customers order more often than web shop customers.")
    marketplace_factor: float = effect(
        0.55, "Marketplace customers order less often than web shop customers."
    )
    coffee_first_factor: float = effect(
        1.4, "Customers whose first order was coffee order more often than those who began with tea."
    )
    kitchen_first_factor: float = effect(0.55, "Customers who began with kitchenware order less often.")
    gift_first_factor: float = effect(0.7, "Customers who began with a gift set order less often.")
    referral_factor: float = effect(1.35, "Customers referred by another customer order more often.")
    black_friday_factor: float = effect(
        0.6,
        "Customers acquired in the week of Black Friday order less often: they are a cohort of their own.",
    )
    espresso_biscuit_share: float = effect(
        0.35,
        "Probability that almond biscuits are added to a basket with espresso: the strongest product pair.",
    )


BUILT_IN = Effects()
"""The effects of the checked-in sample."""

PROGRAMME_STARTS = date(2024, 3, 1)
"""The first day on which a customer can join the Kännchen-Club."""

CAMPAIGN_DAYS = 14
"""Days after sending in which a campaign has an effect."""

SLOW_REFUND_DAYS = 14
"""A refund is slow if it takes more days than this after the goods came back."""

SLOW_REPLY_HOURS = 48
"""A first reply is slow if it takes more hours than this."""

RATE_SHAPE = 0.9
MEAN_RATE = 2.3
"""Orders per year before the factors above, gamma distributed over customers, as in Pareto/NBD and BG/NBD."""

DROPOUT_SHAPE = 0.8
MEAN_DROPOUT = 0.75
"""Dropouts per year, gamma distributed over customers; lifetimes are exponential, most of them short."""

APPETITE_SHAPE = 2.0
MEAN_APPETITE = 0.75
"""Further products per basket, gamma distributed and independent of the rate, as Gamma-Gamma assumes."""

COST_PER_NEW_CUSTOMER = {"search_ads": 1400, "social": 1900, "affiliate": 900}
"""Average acquisition cost per new customer by channel, in cents."""
