"""The shop: its range of products, its prices and its terms. Money is in cents; prices include VAT."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

NAME = "Möwe & Minze"
SEED = 20230101
CURRENCY = "EUR"


class Category(StrEnum):
    """A product category."""

    TEA = "Tee"
    COFFEE = "Kaffee"
    BISCUITS = "Gebäck"
    KITCHEN = "Küche"
    GIFTS = "Geschenke"


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    """One product."""

    sku: str
    name: str
    category: Category
    price: int
    """In cents, including VAT."""


def _products(category: Category, prefix: str, entries: dict[str, int]) -> tuple[Product, ...]:
    return tuple(
        Product(sku=f"{prefix}{number}", name=name, category=category, price=price)
        for number, (name, price) in enumerate(entries.items(), start=1)
    )


ASSORTMENT = {
    Category.TEA: _products(Category.TEA, "T", {
        "Ostfriesische Mischung": 890, "Earl Grey": 790, "Pfefferminze": 590, "Jasmin, grün": 1190,
        "Rooibos Vanille": 690, "Darjeeling": 1490, 'Früchtetee "Förde"': 650,
    }),
    Category.COFFEE: _products(Category.COFFEE, "K", {
        "Espresso": 1490, "Filterkaffee": 1190, "Äthiopien": 1590, "Entkoffeiniert": 1390, "Crema": 1350,
    }),
    Category.BISCUITS: _products(Category.BISCUITS, "G", {
        "Mandelkekse": 490, "Friesenkekse": 450, "Kandis, braun": 390, "Honig": 690,
    }),
    Category.KITCHEN: _products(Category.KITCHEN, "H", {
        "Teekanne": 3990, "Handfilter": 2490, 'Becher "Möwe", 0,3 l': 1290, "Kaffeemühle": 5490,
        "Teesieb": 950, "Milchschäumer": 2990,
    }),
    Category.GIFTS: _products(Category.GIFTS, "S", {
        "Probierset": 1990, "Geschenkkorb": 4490, "Adventskalender": 3490,
    }),
}  # fmt: skip

ESPRESSO = ASSORTMENT[Category.COFFEE][0]
ALMOND_BISCUITS = ASSORTMENT[Category.BISCUITS][0]

VAT_PERCENT = {
    Category.TEA: 7,
    Category.COFFEE: 7,
    Category.BISCUITS: 7,
    Category.KITCHEN: 19,
    Category.GIFTS: 7,
}

COUNTRIES = {"DE": 86, "AT": 9, "CH": 5}
"""Customers by country, in percent. Deliveries to Switzerland are free of VAT."""

CHANNELS = {"webshop": 62, "app": 22, "marketplace": 16}

WELCOME_COUPON = "WILLKOMMEN10"
ADVENT_COUPON = "ADVENT15"
GOODWILL_COUPON = "KULANZ100"
PERCENT_OFF = {WELCOME_COUPON: 10, ADVENT_COUPON: 15, GOODWILL_COUPON: 100}
POINTS_COUPON = "PUNKTE"

POINTS_PER_VOUCHER = 100
VOUCHER = 500
"""Value of a voucher in cents. Members earn a point per full euro; 100 points buy a voucher of 5.00 EUR."""

TIERS = {"Silber": 150, "Gold": 400}
"""Total points earned to reach a tier; every member starts in `Basis`."""


def shipping_fee(country: str, merchandise: int) -> int:
    """Shipping fee in cents for goods worth `merchandise` cents after discount."""
    if country == "DE":
        return 490 if merchandise < 3900 else 0  # noqa: PLR2004 - free from 39.00 EUR
    return 990 if merchandise < 7900 else 0  # noqa: PLR2004 - free from 79.00 EUR


def vat(category: Category, country: str, gross: int) -> int:
    """Cents of VAT included in `gross` cents, rounded half up."""
    percent = 0 if country == "CH" else VAT_PERCENT[category]
    return (2 * gross * percent + 100 + percent) // (2 * (100 + percent))
