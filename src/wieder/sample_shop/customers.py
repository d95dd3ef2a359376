"""Fictitious customers and their buying habits."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, timedelta
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from wieder.sample_shop import effects as built_in
from wieder.sample_shop import season, shop
from wieder.sample_shop.chance import Chance, Stream
from wieder.sample_shop.records import Customer, Habits
from wieder.sample_shop.shop import Category

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.sample_shop.effects import Effects

N_BUYERS = 6_000
N_PROSPECTS = 240
N_GUEST_ORDERS = 1_200

_FIRST_NAMES = (
    "Änne", "Björn", "Clara", "Dörte", "Emil", "Frieda", "Götz", "Hanna", "Ilse", "Jörg", "Käthe", "Lasse",
    "Mila", "Nora", "Ömer", "Paula", "Quirin", "Rosa", "Sören", "Thea", "Ursula", "Vito", "Wiebke", "Yasemin",
    "Zoë", "Malte", "Greta", "Jürgen", "Leyla", "Ole", "Selma", "Anton",
)  # fmt: skip
_SURNAME_STARTS = (
    "Apfel", "Birken", "Brücken", "Deich", "Eichen", "Flieder", "Grün", "Hafer", "Heide", "Kirsch", "Kräuter",
    "Linden", "Moos", "Mühlen", "Nebel", "Quellen", "Rosen", "Sommer", "Tannen", "Wiesen",
)  # fmt: skip
_SURNAME_ENDS = (
    "bach", "berg", "feld", "grund", "hauser", "kötter", "mann", "rath", "stein", "tal", "wald", "weiß",
)  # fmt: skip
_ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ë": "e"})

_ACQUISITION = {"organic": 36, "search_ads": 26, "social": 17, "affiliate": 9, "referral": 12}
_FIRST_CATEGORIES = {
    Category.TEA: 40, Category.COFFEE: 26, Category.BISCUITS: 8, Category.KITCHEN: 16, Category.GIFTS: 10,
}  # fmt: skip
_GUEST_CHANNELS = {"webshop": 70, "marketplace": 30}

_JOIN_PROBABILITY = 0.16
_MOST_LIKELY_JOIN = 0.6


def crowd(seed: int, effects: Effects, first_number: int) -> list[Customer]:
    """Buyers and prospects by day of arrival, numbered from `first_number`."""
    arrivals = Chance(seed, Stream.ARRIVALS)
    days = sorted((_arrival_day(arrivals), number >= N_BUYERS) for number in range(N_BUYERS + N_PROSPECTS))
    return [
        _customer(seed, effects, number, season.day(day), is_prospect=is_prospect)
        for number, (day, is_prospect) in enumerate(days, start=first_number)
    ]


def guests(seed: int) -> Iterator[Habits]:
    """The habits of guests, who order once without an account: one per guest order."""
    for number in range(N_GUEST_ORDERS):
        chance = Chance(seed, Stream.GUESTS, number)
        yield Habits(
            first_order_at=season.time_of_day(chance, season.day(_arrival_day(chance))),
            country=chance.weighted(shop.COUNTRIES),
            channel=chance.weighted(_GUEST_CHANNELS),
            category=chance.weighted(_FIRST_CATEGORIES),
            appetite=chance.gamma(built_in.APPETITE_SHAPE, built_in.MEAN_APPETITE),
            orders_per_year=0.0,
            lifetime_days=0.0,
            joins=0.0,
        )


def expected_new_customers(acquisition_channel: str) -> list[float]:
    """Expected number of new customers from this channel on each day of the shop."""
    share = _ACQUISITION[acquisition_channel] / sum(_ACQUISITION.values())
    until = (0.0, *_ARRIVALS_UNTIL)
    per_arrival = N_BUYERS * share / until[-1]
    return [(after - before) * per_arrival for before, after in pairwise(until)]


def customer_id(number: int) -> str:
    """The key of a customer, with leading zeros that must be preserved when read."""
    return f"{number:06}"


def _cumulative_arrivals() -> tuple[float, ...]:
    growth = (0.7 + 0.6 * index / season.N_DAYS for index in range(season.N_DAYS))
    return tuple(accumulate(weight * grown for weight, grown in zip(season.DAY_WEIGHTS, growth, strict=True)))


_ARRIVALS_UNTIL = _cumulative_arrivals()
"""Cumulative new customers up to and including each day, in an arbitrary unit.

The shop grows from 0.7 to 1.3 times its mean.
"""


def _arrival_day(chance: Chance) -> int:
    return bisect_right(_ARRIVALS_UNTIL, chance.between(0.0, _ARRIVALS_UNTIL[-1]))


def _customer(seed: int, effects: Effects, number: int, arrived_on: date, *, is_prospect: bool) -> Customer:
    chance = Chance(seed, Stream.PEOPLE, number)
    arrived_at = season.time_of_day(chance, arrived_on)
    country = chance.weighted(shop.COUNTRIES)
    acquired = chance.weighted(_ACQUISITION)
    habits = _habits(Chance(seed, Stream.HABITS, number), effects, arrived_at, country, acquired)
    first_name = chance.pick(_FIRST_NAMES)
    last_name = chance.pick(_SURNAME_STARTS) + chance.pick(_SURNAME_ENDS)
    return Customer(
        customer_id=customer_id(number),
        email=email(first_name, last_name, number),
        first_name=first_name,
        last_name=last_name,
        birthday=_birthday(chance),
        country=country,
        zip=_zip(chance, country),
        registered_at=arrived_at if is_prospect else _registered_before(chance, arrived_at),
        newsletter_consent=chance.happens(0.62),
        acquisition_channel=acquired,
        referred_by=customer_id(chance.whole(1, number - 1)) if acquired == "referral" else "",
        tags="community" if chance.happens(0.08) else "",
        habits=None if is_prospect else habits,
    )


def email(first_name: str, last_name: str, number: int) -> str:
    """An address at a domain reserved for examples."""
    local = f"{first_name}.{last_name}".lower().translate(_ASCII)
    return f"{local}.{number}@example.{'com' if number % 5 == 0 else 'de'}"


def _habits(
    chance: Chance, effects: Effects, first_order_at: datetime, country: str, acquired: str
) -> Habits:
    channel = chance.weighted(shop.CHANNELS)
    category = chance.weighted(_FIRST_CATEGORIES)
    rate = chance.gamma(built_in.RATE_SHAPE, built_in.MEAN_RATE)
    dropout = chance.gamma(built_in.DROPOUT_SHAPE, built_in.MEAN_DROPOUT)
    factor = _rate_factor(effects, channel, category, acquired, first_order_at)
    return Habits(
        first_order_at=first_order_at,
        country=country,
        channel=channel,
        category=category,
        appetite=chance.gamma(built_in.APPETITE_SHAPE, built_in.MEAN_APPETITE),
        orders_per_year=rate * factor,
        lifetime_days=chance.exponential(365.25 / max(dropout, 0.001)),
        joins=min(_MOST_LIKELY_JOIN, _JOIN_PROBABILITY * rate / built_in.MEAN_RATE),
    )


def _rate_factor(
    effects: Effects, channel: str, category: Category, acquired: str, first_order_at: datetime
) -> float:
    by_channel = {"app": effects.app_factor, "marketplace": effects.marketplace_factor}
    by_category = {
        Category.COFFEE: effects.coffee_first_factor,
        Category.KITCHEN: effects.kitchen_first_factor,
        Category.GIFTS: effects.gift_first_factor,
    }
    factor = by_channel.get(channel, 1.0) * by_category.get(category, 1.0)
    if acquired == "referral":
        factor *= effects.referral_factor
    if season.in_black_friday_week(first_order_at.date()):
        factor *= effects.black_friday_factor
    return factor


def _registered_before(chance: Chance, ordered_at: datetime) -> datetime:
    """The time of registration: minutes before the first order, occasionally up to 20 days before."""
    days = chance.whole(1, 20) if chance.happens(0.15) else 0
    return max(
        ordered_at - timedelta(days=days, minutes=chance.whole(2, 25)),
        datetime.combine(season.OPENED, datetime.min.time()),
    )


def _birthday(chance: Chance) -> date | None:
    if chance.happens(0.12):
        return None
    return date(1944, 1, 1) + timedelta(days=chance.whole(0, 22_000))


def _zip(chance: Chance, country: str) -> str:
    return f"{chance.whole(1067, 99_998):05}" if country == "DE" else str(chance.whole(1_010, 9_658))
