"""Customers with scripted orders: each demonstrates a rule on a few rows of the exports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from wieder.sample_shop import season, shop
from wieder.sample_shop.baskets import discounted
from wieder.sample_shop.customers import customer_id, email
from wieder.sample_shop.fulfilment import take_back
from wieder.sample_shop.records import Customer, Delivery, Order, Points
from wieder.sample_shop.shop import Category

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.sample_shop.records import Line, Return


@dataclass(frozen=True, kw_only=True)
class Script:
    """The script of one order: its time, its coupon, and whether it was cancelled or returned."""

    ordered_at: str
    """`YYYY-MM-DD HH:MM`."""
    coupon: str = ""
    is_cancelled: bool = False
    pieces_back: int = 0
    """Number of returned pieces, out of the three in each of these orders."""


@dataclass(frozen=True, kw_only=True)
class Character:
    """A customer with scripted orders."""

    first_name: str
    last_name: str
    birthday: date
    zip: str
    orders: tuple[Script, ...]
    proves: str


CHARACTERS = (
    Character(
        first_name="Änne",
        last_name="Öhrlein-Weiß",
        birthday=date(1988, 2, 29),
        zip="01067",
        orders=(Script(ordered_at="2023-01-31 23:30"), Script(ordered_at="2024-02-29 12:00")),
        proves="An order half an hour before the end of January belongs to January; the next one is on "
        "29 February. Born on 29 February; postcode and customer number have leading zeros.",
    ),
    Character(
        first_name="Zweimal",
        last_name="Täglich",
        birthday=date(1971, 5, 2),
        zip="20095",
        orders=(Script(ordered_at="2024-05-02 10:00"), Script(ordered_at="2024-05-02 18:00")),
        proves="Two orders on one day: a repeat purchase if counted by order, but not by day (`occasion`).",
    ),
    Character(
        first_name="Kulanz",
        last_name="Geschenkt",
        birthday=date(1990, 7, 14),
        zip="50667",
        orders=(
            Script(ordered_at="2024-06-03 09:15", coupon=shop.GOODWILL_COUPON),
            Script(ordered_at="2024-06-20 20:40"),
        ),
        proves="The first order costs nothing and is not valid: the second is the first that counts.",
    ),
    Character(
        first_name="Storno",
        last_name="Zuerst",
        birthday=date(1965, 11, 30),
        zip="80331",
        orders=(
            Script(ordered_at="2023-09-30 21:05", is_cancelled=True),
            Script(ordered_at="2023-10-01 08:00"),
        ),
        proves="The first order was cancelled: the customer is new in October, not in September.",
    ),
    Character(
        first_name="Retour",
        last_name="Ganz",
        birthday=date(1979, 3, 8),
        zip="99084",
        orders=(Script(ordered_at="2024-11-29 00:00", pieces_back=3),),
        proves="Everything was returned: the order counts, and its refund equals its amount. "
        "Placed at midnight.",
    ),
    Character(
        first_name="Teil",
        last_name="Zurück",
        birthday=date(1983, 12, 24),
        zip="04109",
        orders=(
            Script(ordered_at="2025-03-30 01:59", coupon=shop.WELCOME_COUPON, pieces_back=1),
            Script(ordered_at="2025-03-30 03:00"),
        ),
        proves="One of three discounted pieces was returned: the refund is a third of the amount, rounded "
        "down to the cent. The second order follows a minute later, at the start of summer time.",
    ),
    Character(
        first_name="Neujahr",
        last_name="Frühauf",
        birthday=date(2000, 1, 1),
        zip="18055",
        orders=(
            Script(ordered_at="2025-12-31 23:59"),
            Script(ordered_at="2026-01-01 00:10"),
            Script(ordered_at="2026-01-01 06:05"),
        ),
        proves="The last day of the export is incomplete: with that day as the report date, the two orders "
        "of 2026-01-01 are excluded.",
    ),
)

_BASKET = {shop.ASSORTMENT[Category.TEA][1]: 3}


def characters() -> Iterator[tuple[Customer, tuple[Order, ...]]]:
    """The scripted customers with their orders, numbered from 1."""
    for number, character in enumerate(CHARACTERS, start=1):
        key = customer_id(number)
        orders = tuple(_order(key, script) for script in character.orders)
        yield _customer(number, character, orders[0].ordered_at - timedelta(minutes=5)), orders


def _customer(number: int, character: Character, registered_at: datetime) -> Customer:
    return Customer(
        customer_id=customer_id(number),
        email=email(character.first_name, character.last_name, number),
        first_name=character.first_name,
        last_name=character.last_name,
        birthday=character.birthday,
        country="DE",
        zip=character.zip,
        registered_at=registered_at,
        newsletter_consent=False,
        acquisition_channel="organic",
        referred_by="",
        tags="",
        habits=None,
    )


def _order(key: str, script: Script) -> Order:
    ordered_at = datetime.strptime(script.ordered_at, "%Y-%m-%d %H:%M")  # noqa: DTZ007 - exports carry local time
    lines = discounted(_BASKET, script.coupon)
    return Order(
        customer_id=key,
        ordered_at=ordered_at,
        channel="webshop",
        country="DE",
        lines=lines,
        coupon=script.coupon,
        shipping=shop.shipping_fee("DE", sum(line.amount for line in lines)),
        delivery=None if script.is_cancelled else _delivery(ordered_at.date()),
        returns=_returns(script, lines[0], ordered_at.date()),
        feedback=(),
        points=Points(),
    )


def _delivery(ordered_on: date) -> Delivery:
    """A parcel delivered on the promised day."""
    promised_on = ordered_on + timedelta(days=3)
    return Delivery(
        carrier="Flink",
        option="home",
        shipped_on=season.known(ordered_on + timedelta(days=1)),
        promised_on=promised_on,
        delivered_on=season.known(promised_on),
        late_by=0,
    )


def _returns(script: Script, line: Line, ordered_on: date) -> tuple[Return, ...]:
    if not script.pieces_back:
        return ()
    received_on = ordered_on + timedelta(days=10)
    return (take_back((1, line), script.pieces_back, "disliked", received_on, refund_days=3),)
