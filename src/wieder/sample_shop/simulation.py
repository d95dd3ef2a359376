"""The simulation of three years of the shop: customers, orders and marketing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from wieder.sample_shop import customers, marketing, orders, scripted
from wieder.sample_shop.chance import Chance, Stream
from wieder.sample_shop.effects import BUILT_IN
from wieder.sample_shop.orders import Buyer
from wieder.sample_shop.shop import SEED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.sample_shop.effects import Effects
    from wieder.sample_shop.marketing import Contact, Spend
    from wieder.sample_shop.records import Customer, Order


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The whole shop."""

    customers: tuple[Customer, ...]
    """Sorted by number."""
    orders: tuple[Order, ...]
    """Sorted by time; the position determines the order number."""
    contacts: tuple[tuple[str, Contact], ...]
    """Customer number and contact, sorted by campaign and customer."""
    spend: tuple[Spend, ...]
    """Sorted by day."""


def simulate(effects: Effects = BUILT_IN, seed: int = SEED) -> Sample:
    """The shop with these effects; the same arguments give the same result on every machine."""
    cast = tuple(scripted.characters())
    crowd = customers.crowd(seed, effects, first_number=len(cast) + 1)
    buyers = tuple(_buyers(seed, effects, crowd))
    all_orders = chain(
        chain.from_iterable(script for _, script in cast),
        chain.from_iterable(orders.history(buyer) for buyer in buyers),
        chain.from_iterable(orders.history(guest) for guest in _guests(seed, effects)),
    )
    contacts = ((buyer.customer_id, contact) for buyer in buyers for contact in buyer.contacts)
    return Sample(
        customers=(*(character for character, _ in cast), *crowd),
        orders=tuple(sorted(all_orders, key=lambda order: (order.ordered_at, order.customer_id))),
        contacts=tuple(sorted(contacts, key=lambda pair: (pair[1].campaign.campaign_id, pair[0]))),
        spend=tuple(marketing.spend(seed)),
    )


def _buyers(seed: int, effects: Effects, crowd: list[Customer]) -> Iterator[Buyer]:
    for customer in crowd:
        if customer.habits is not None:
            number = int(customer.customer_id)
            yield Buyer(
                customer_id=customer.customer_id,
                habits=customer.habits,
                contacts=marketing.contacts(customer, effects, Chance(seed, Stream.CONTACTS, number)),
                effects=effects,
                chance=Chance(seed, Stream.ORDERS, number),
            )


def _guests(seed: int, effects: Effects) -> Iterator[Buyer]:
    for number, habits in enumerate(customers.guests(seed)):
        chance = Chance(seed, Stream.GUEST_ORDERS, number)
        yield Buyer(customer_id="", habits=habits, contacts=(), effects=effects, chance=chance)
