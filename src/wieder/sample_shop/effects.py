"""What is true in the made-up shop, in one place: an analysis is right when it finds it again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any


def effect(size: float, shows: str) -> Any:
    """A built-in effect: its size, and in which figures it shows."""
    return field(default=size, metadata={"shows": shows})


@dataclass(frozen=True, kw_only=True)
class Effects:
    """The built-in effects. A factor multiplies the order rate of a customer; a loss is the share who never return.

    Simulate with one of them switched off to see the shop as it would be without it.
    """

    late_first_delivery_loss: float = effect(
        0.40,
        "Of the customers whose first parcel came after the promised day, this share never orders again: "
        "their 90-day repurchase is lower by about as much.",
    )
    slow_refund_loss: float = effect(
        0.45,
        "Of the customers who waited more than 14 days for a refund, this share never orders again: repurchase "
        "after a slow refund is lower than after a fast one.",
    )
    slow_reply_loss: float = effect(
        0.45,
        "Of the customers whose complaint was first answered after more than 48 hours, this share never orders again.",
    )
    programme_factor: float = effect(
        1.25,
        "A member of the Kännchen-Club orders this much more often from the day after joining. Frequent buyers are "
        "more likely to join, so that members against non-members shows far more than that.",
    )
    campaign_factor: float = effect(
        2.0,
        "In the 14 days after a delivered campaign, a customer orders this much more often than one of the holdout.",
    )
    personal_click_factor: float = effect(
        1.4,
        "A personal campaign is clicked this much more often than a general one.",
    )
    app_factor: float = effect(
        1.3, "Customers who came by the app order more often than those of the web shop."
    )
    marketplace_factor: float = effect(0.55, "Customers who came by a marketplace order more rarely.")
    coffee_first_factor: float = effect(
        1.4, "Customers whose first order was coffee order more often than tea drinkers."
    )
    kitchen_first_factor: float = effect(
        0.55, "Customers whose first order was kitchenware order more rarely."
    )
    gift_first_factor: float = effect(0.7, "Customers whose first order was a gift set order more rarely.")
    referral_factor: float = effect(1.35, "Customers whom another customer referred order more often.")
    black_friday_factor: float = effect(
        0.6,
        "Customers whose first order fell into the week of Black Friday order more rarely: a cohort of its own.",
    )
    espresso_biscuit_share: float = effect(
        0.35,
        "This share of the baskets with espresso also holds almond biscuits: the strongest pair of products.",
    )


PROGRAMME_STARTS = date(2024, 3, 1)
"""The first day on which a customer can join the Kännchen-Club."""

CAMPAIGN_DAYS = 14
"""For so long after its sending a campaign works."""

SLOW_REFUND_DAYS = 14
"""A refund that takes more days than this after the goods came back is slow."""

SLOW_REPLY_HOURS = 48
"""A first reply after more hours than this is slow."""

RATE_SHAPE = 0.9
MEAN_RATE = 2.4
"""Order rates per year are gamma distributed over customers, before the factors above: BG/NBD and Pareto/NBD fit."""

DROPOUT_SHAPE = 0.8
MEAN_DROPOUT = 0.75
"""Dropout rates per year are gamma distributed, each lifetime exponential: most losses are early."""

APPETITE_SHAPE = 2.0
MEAN_APPETITE = 0.75
"""Further products per basket, gamma distributed and independent of the order rate, as Gamma-Gamma assumes."""

COST_PER_NEW_CUSTOMER = {"search_ads": 1400, "social": 1900, "affiliate": 900}
"""Cents that a channel costs for each customer it brings, on average: acquisition cost by channel."""
