"""What is true in the made-up shop, in one place: an analysis is right when it finds it again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any


def effect(size: float, shows: str) -> Any:
    """A built-in effect: its size, and what it does and shows in."""
    return field(default=size, metadata={"shows": shows})


@dataclass(frozen=True, kw_only=True)
class Effects:
    """How strong each effect is.

    A factor multiplies the order rate of a customer, a loss is the share of
    customers who never return. Simulate with a factor of 1, or a loss of 0, to
    see the shop as it would be without that effect.
    """

    late_first_delivery_loss: float = effect(
        0.40,
        "Customers whose first parcel came after the promised day are lost with this probability: "
        "their 90-day repurchase is lower by about as much.",
    )
    slow_refund_loss: float = effect(
        0.45,
        "Customers who wait more than 14 days for a refund are lost with this probability: "
        "repurchase after a slow refund is lower than after a fast one.",
    )
    slow_reply_loss: float = effect(
        0.45,
        "Customers who wait more than 48 hours for the first reply to a complaint are lost with this "
        "probability: repurchase after a slow reply is lower than after a fast one.",
    )
    programme_factor: float = effect(
        1.25,
        "A member of the Kännchen-Club orders this much more often from the day after joining. "
        "Frequent buyers are more likely to join, so members against non-members shows far more than that.",
    )
    campaign_factor: float = effect(
        2.0,
        "In the 14 days after the day of a campaign, those it was delivered to order this much more often "
        "than the holdout.",
    )
    personal_click_factor: float = effect(
        1.4,
        "Who opens a personal campaign clicks this much more often than in a general one.",
    )
    app_factor: float = effect(1.3, "Customers of the app order more often than those of the web shop.")
    marketplace_factor: float = effect(0.55, "Customers of the marketplace order more rarely.")
    coffee_first_factor: float = effect(
        1.4, "Customers who began with coffee order more often than with tea."
    )
    kitchen_first_factor: float = effect(0.55, "Customers who began with kitchenware order more rarely.")
    gift_first_factor: float = effect(0.7, "Customers who began with a gift set order more rarely.")
    referral_factor: float = effect(1.35, "Customers whom another customer referred order more often.")
    black_friday_factor: float = effect(
        0.6,
        "Customers won in the week of Black Friday order more rarely: they are a cohort of their own.",
    )
    espresso_biscuit_share: float = effect(
        0.35,
        "This share of the baskets with espresso also gets almond biscuits: the strongest pair of products.",
    )


BUILT_IN = Effects()
"""The effects of the checked-in sample."""

PROGRAMME_STARTS = date(2024, 3, 1)
"""The first day on which a customer can join the Kännchen-Club."""

CAMPAIGN_DAYS = 14
"""For so many days after its sending a campaign works."""

SLOW_REFUND_DAYS = 14
"""A refund that takes more days than this after the goods came back is slow."""

SLOW_REPLY_HOURS = 48
"""A first reply after more hours than this is slow."""

RATE_SHAPE = 0.9
MEAN_RATE = 2.3
"""Orders per year, gamma distributed over customers, before the factors above: Pareto/NBD and BG/NBD fit."""

DROPOUT_SHAPE = 0.8
MEAN_DROPOUT = 0.75
"""Dropouts per year, gamma distributed over customers; lifetimes are exponential, most losses early."""

APPETITE_SHAPE = 2.0
MEAN_APPETITE = 0.75
"""Further products per basket, gamma distributed and independent of the rate, as Gamma-Gamma assumes."""

COST_PER_NEW_CUSTOMER = {"search_ads": 1400, "social": 1900, "affiliate": 900}
"""Cents that a channel costs for each customer it brings, on average: acquisition cost by channel."""
