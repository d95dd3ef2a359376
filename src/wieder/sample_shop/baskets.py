"""The content of an order: its products, its coupon and the discount of each line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.sample_shop import season, shop
from wieder.sample_shop.records import Line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from wieder.sample_shop.chance import Chance
    from wieder.sample_shop.shop import Category, Product

_CATEGORIES = dict(zip(shop.Category, (38, 28, 16, 13, 5), strict=True))
"""How often each category is chosen for a basket, in percent."""
_QUANTITIES = {1: 80, 2: 15, 3: 4, 6: 1}
_MOST_LINES = 6
_WELCOME_SHARE = 0.25
_ADVENT_SHARE = 0.3
_REDEEM_SHARE = 0.45


def any_category(chance: Chance) -> Category:
    """A category, drawn by its popularity in the whole shop."""
    return chance.weighted(_CATEGORIES)


def fill(
    chance: Chance, category: Category, appetite: float, espresso_biscuit_share: float
) -> dict[Product, int]:
    """Products and quantities: one product of the category, then `appetite` others on average.

    Espresso adds almond biscuits with the probability `espresso_biscuit_share`.
    """
    basket = [chance.pick(shop.ASSORTMENT[category])]
    while len(basket) < _MOST_LINES and chance.happens(appetite / (1 + appetite)):
        product = chance.pick(shop.ASSORTMENT[any_category(chance)])
        if product not in basket:
            basket.append(product)
    wants_biscuits = shop.ESPRESSO in basket and chance.happens(espresso_biscuit_share)
    if wants_biscuits and shop.ALMOND_BISCUITS not in basket:
        basket.append(shop.ALMOND_BISCUITS)
    return {product: chance.weighted(_QUANTITIES) for product in basket}


def coupon(chance: Chance, ordered_on: date, points: int, *, is_welcome: bool) -> str:
    """The coupon code: a points voucher, a welcome or Black Friday coupon, or empty for none."""
    if points >= shop.POINTS_PER_VOUCHER and chance.happens(_REDEEM_SHARE):
        return shop.POINTS_COUPON
    if is_welcome and chance.happens(_WELCOME_SHARE):
        return shop.WELCOME_COUPON
    if season.in_black_friday_week(ordered_on) and chance.happens(_ADVENT_SHARE):
        return shop.ADVENT_COUPON
    return ""


def discounted(basket: dict[Product, int], code: str) -> tuple[Line, ...]:
    """One line per product, each with its part of the discount."""
    return tuple(_by_voucher(basket) if code == shop.POINTS_COUPON else _by_percent(basket, code))


def _by_percent(basket: dict[Product, int], code: str) -> Iterator[Line]:
    percent = shop.PERCENT_OFF.get(code, 0)
    for product, quantity in basket.items():
        yield Line(product=product, quantity=quantity, discount=product.price * quantity * percent // 100)


def _by_voucher(basket: dict[Product, int]) -> Iterator[Line]:
    """Lines with the voucher applied in order until it is used up."""
    rest = shop.VOUCHER
    for product, quantity in basket.items():
        discount = min(rest, product.price * quantity)
        rest -= discount
        yield Line(product=product, quantity=quantity, discount=discount)
