"""Campaigns with a holdout, and marketing costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING

from wieder.sample_shop import season
from wieder.sample_shop.chance import Chance, Stream
from wieder.sample_shop.customers import expected_new_customers
from wieder.sample_shop.effects import CAMPAIGN_DAYS, COST_PER_NEW_CUSTOMER, PROGRAMME_STARTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.sample_shop.effects import Effects
    from wieder.sample_shop.records import Customer


class Group(StrEnum):
    """Whether a selected customer receives the campaign."""

    TREATED = "treated"
    HOLDOUT = "holdout"


@dataclass(frozen=True, kw_only=True, slots=True)
class Campaign:
    """One mailing."""

    campaign_id: str
    name: str
    is_personal: bool
    sent_at: datetime
    cost: int
    """In cents, regardless of the number of recipients."""


def _campaign(number: int, name: str, kind: str, sent_on: date, cost: int) -> Campaign:
    sent_at = datetime(sent_on.year, sent_on.month, sent_on.day, 9)  # noqa: DTZ001 - exports carry local time
    return Campaign(
        campaign_id=f"C{number}", name=name, is_personal=kind == "personal", sent_at=sent_at, cost=cost
    )


CAMPAIGNS = (
    _campaign(1, "Frühlingspost", "general", date(2023, 4, 17), 39_000),
    _campaign(2, "Herbsternte", "general", date(2023, 10, 9), 39_000),
    _campaign(3, "Frühling, persönlich", "personal", date(2024, 4, 15), 65_000),
    _campaign(4, "Herbsternte", "general", date(2024, 10, 7), 42_000),
    _campaign(5, "Frühlingspost", "general", date(2025, 4, 14), 42_000),
    _campaign(6, "Herbst, persönlich", "personal", date(2025, 10, 6), 69_000),
)

_CHOSEN_SHARE = 0.6
_HOLDOUT_SHARE = 0.35
_BOUNCED_SHARE = 0.015
_OPENED_SHARE = 0.34
_CLICKED_SHARE = 0.30
"""Share of the customers who opened a general campaign."""
_UNSUBSCRIBED_SHARE = 0.02
"""Share of the customers who opened it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """One customer selected for one campaign."""

    campaign: Campaign
    group: Group
    bounced: bool = False
    opened_at: datetime | None = None
    clicked_at: datetime | None = None
    unsubscribed_at: datetime | None = None

    def works_on(self, day: int) -> bool:
        """Whether the campaign raises the recipient's order rate on this day of the shop."""
        reaches = self.group is Group.TREATED and not self.bounced
        return reaches and 0 < day - season.index_of(self.campaign.sent_at.date()) <= CAMPAIGN_DAYS


def contacts(customer: Customer, effects: Effects, chance: Chance) -> tuple[Contact, ...]:
    """The campaigns a customer is selected for: with consent, after the first order, until unsubscribed."""
    if customer.habits is None or not customer.newsletter_consent:
        return ()
    chosen: list[Contact] = []
    for campaign in CAMPAIGNS:
        has_left = any(contact.unsubscribed_at for contact in chosen)
        if (
            chance.happens(_CHOSEN_SHARE)
            and campaign.sent_at > customer.habits.first_order_at
            and not has_left
        ):
            chosen.append(_contact(campaign, effects, chance))
    return tuple(chosen)


def _contact(campaign: Campaign, effects: Effects, chance: Chance) -> Contact:
    if chance.happens(_HOLDOUT_SHARE):
        return Contact(campaign=campaign, group=Group.HOLDOUT)
    if chance.happens(_BOUNCED_SHARE):
        return Contact(campaign=campaign, group=Group.TREATED, bounced=True)
    opened_at = campaign.sent_at + timedelta(minutes=chance.whole(1, 2_800))
    clicked = _CLICKED_SHARE * (effects.personal_click_factor if campaign.is_personal else 1.0)
    acts_at = opened_at + timedelta(minutes=chance.whole(1, 30))
    is_opened = chance.happens(_OPENED_SHARE)
    return Contact(
        campaign=campaign,
        group=Group.TREATED,
        opened_at=opened_at if is_opened else None,
        clicked_at=acts_at if is_opened and chance.happens(clicked) else None,
        unsubscribed_at=acts_at if is_opened and chance.happens(_UNSUBSCRIBED_SHARE) else None,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Spend:
    """Money spent on a day."""

    spent_on: date
    channel: str
    purpose: str
    measure: str
    amount: int


def spend(seed: int) -> list[Spend]:
    """All marketing spend, by day."""
    rows = chain(_acquisition(Chance(seed, Stream.SPEND)), _programme(), _mailings())
    return sorted(rows, key=lambda row: (row.spent_on, row.purpose, row.channel, row.measure))


def _acquisition(chance: Chance) -> Iterator[Spend]:
    for channel, cost in COST_PER_NEW_CUSTOMER.items():
        for index, count in enumerate(expected_new_customers(channel)):
            amount = int(count * cost * chance.between(0.85, 1.15))
            yield Spend(
                spent_on=season.day(index), channel=channel, purpose="acquisition", measure="", amount=amount
            )


def _programme() -> Iterator[Spend]:
    for month in range(36):
        first = date(2023 + month // 12, month % 12 + 1, 1)
        yield Spend(
            spent_on=first, channel="newsletter", purpose="retention", measure="Versand", amount=8_900
        )
        if first >= PROGRAMME_STARTS:
            yield Spend(
                spent_on=first,
                channel="programme",
                purpose="retention",
                measure="Kännchen-Club",
                amount=24_000,
            )


def _mailings() -> Iterator[Spend]:
    for campaign in CAMPAIGNS:
        yield Spend(
            spent_on=campaign.sent_at.date(),
            channel="newsletter",
            purpose="retention",
            measure=campaign.campaign_id,
            amount=campaign.cost,
        )
