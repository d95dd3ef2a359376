"""Three years of the shop, from its people to the rows of its exports."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from wieder.sample_shop import customers as people
from wieder.sample_shop import marketing, orders, scripted
from wieder.sample_shop.chance import Chance
from wieder.sample_shop.effects import COST_PER_NEW_CUSTOMER, Effects
from wieder.sample_shop.shop import SEED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.sample_shop.marketing import Contact, Spend
    from wieder.sample_shop.records import Customer, Order

_HISTORIES, _GUEST_HISTORIES, _CONTACTS, _SPEND = range(10, 14)
"""The streams of chance that are drawn from here; those below 10 belong to the people."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The whole shop. Orders are sorted by time; their place gives them their number."""

    customers: tuple[Customer, ...]
    orders: tuple[Order, ...]
    contacts: tuple[tuple[Customer, Contact], ...]
    """Sorted by campaign, then by customer."""
    spend: tuple[Spend, ...]


def simulate(effects: Effects | None = None, seed: int = SEED) -> Sample:
    """The shop with these effects, by default the built-in ones; the same for the same arguments, always."""
    effects = effects or Effects()
    cast = tuple(scripted.characters())
    buyers = people.customers(seed, effects, first_number=len(cast) + 1)
    chosen = {
        buyer.customer_id: marketing.contacts(buyer, effects, Chance(seed, _CONTACTS, int(buyer.customer_id)))
        for buyer in buyers
    }
    all_orders = chain(
        chain.from_iterable(script for _, script in cast),
        chain.from_iterable(_history(seed, effects, buyer, chosen[buyer.customer_id]) for buyer in buyers),
        _guest_orders(seed, effects),
    )
    return Sample(
        customers=(*(character for character, _ in cast), *buyers),
        orders=tuple(sorted(all_orders, key=lambda order: (order.ordered_at, order.customer_id))),
        contacts=_sorted_contacts(buyers, chosen),
        spend=tuple(marketing.spend(seed, _SPEND, _expected_by_channel())),
    )


def _history(seed: int, effects: Effects, buyer: Customer, contacts: tuple[Contact, ...]) -> Iterator[Order]:
    if buyer.habits is not None:
        chance = Chance(seed, _HISTORIES, int(buyer.customer_id))
        yield from orders.history(buyer.customer_id, buyer.habits, contacts, effects, chance)


def _guest_orders(seed: int, effects: Effects) -> Iterator[Order]:
    for number, habits in enumerate(people.guests(seed)):
        yield from orders.history("", habits, (), effects, Chance(seed, _GUEST_HISTORIES, number))


def _sorted_contacts(
    buyers: list[Customer], chosen: dict[str, tuple[Contact, ...]]
) -> tuple[tuple[Customer, Contact], ...]:
    pairs = [(buyer, contact) for buyer in buyers for contact in chosen[buyer.customer_id]]
    return tuple(sorted(pairs, key=lambda pair: (pair[1].campaign.campaign_id, pair[0].customer_id)))


def _expected_by_channel() -> dict[str, list[float]]:
    return {channel: people.expected_new_customers(channel) for channel in COST_PER_NEW_CUSTOMER}
