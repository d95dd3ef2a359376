"""How a customer orders: baskets, discounts, points, and when the next order comes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from wieder.sample_shop import effects as built_in
from wieder.sample_shop import fulfilment, season, shop
from wieder.sample_shop.records import Habits, Line, Order, Points

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.sample_shop.chance import Chance
    from wieder.sample_shop.effects import Effects
    from wieder.sample_shop.marketing import Contact
    from wieder.sample_shop.shop import Product

_CATEGORIES = dict(zip(shop.Category, (38, 28, 16, 13, 5), strict=True))
_QUANTITIES = {1: 80, 2: 15, 3: 4, 6: 1}
_MOST_LINES = 6
_SAME_CATEGORY_SHARE = 0.6
_HOME_CHANNEL_SHARE = 0.85
_CANCELLED_SHARES = {"webshop": 0.028, "app": 0.02, "marketplace": 0.055}
_SAME_DAY_SHARE = 0.012
"""For so many orders something was forgotten and is ordered on the same day."""
_WELCOME_SHARE = 0.25
_ADVENT_SHARE = 0.3
_REDEEM_SHARE = 0.45


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where a customer stands between two orders."""

    gone_on: date
    """From this day on the customer orders no more."""
    ordered_before: bool = False
    member_since: date | None = None
    points: int = 0
    """Earned and not yet redeemed."""
    earned: int = 0
    """Points earned in all."""


def history(
    customer_id: str, habits: Habits, contacts: tuple[Contact, ...], effects: Effects, chance: Chance
) -> Iterator[Order]:
    """The orders of one customer, or the one of a guest (empty `customer_id`), by time."""
    standing = Standing(gone_on=_last_day(habits))
    ordered_at: datetime | None = habits.first_order_at
    while ordered_at is not None:
        order = place(customer_id, habits, standing, effects, ordered_at, chance)
        yield order
        standing = _after(order, standing, effects, chance)
        ordered_at = _next_order_at(habits, standing, contacts, effects, ordered_at, chance)


def place(
    customer_id: str,
    habits: Habits,
    standing: Standing,
    effects: Effects,
    ordered_at: datetime,
    chance: Chance,
) -> Order:
    """An order at this time, with all that comes of it."""
    channel = (
        habits.channel if not standing.ordered_before or chance.happens(_HOME_CHANNEL_SHARE) else "webshop"
    )
    coupon = _coupon(chance, customer_id, standing, ordered_at.date())
    lines = discounted(_basket(chance, habits, standing, effects), coupon)
    amount = sum(line.amount for line in lines)
    is_cancelled = chance.happens(_CANCELLED_SHARES[channel])
    delivery = None if is_cancelled else fulfilment.deliver(chance, ordered_at.date(), habits.country)
    return Order(
        customer_id=customer_id,
        ordered_at=ordered_at,
        channel=channel,
        country=habits.country,
        lines=lines,
        coupon=coupon,
        shipping=shop.shipping_fee(habits.country, amount),
        cancelled=is_cancelled,
        delivery=delivery,
        returns=tuple(fulfilment.give_back(chance, lines, delivery)) if delivery else (),
        feedback=tuple(fulfilment.ask(chance, delivery)) if delivery else (),
        points=Points()
        if is_cancelled
        else _points(chance, habits, standing, ordered_at.date(), amount, coupon),
    )


def _last_day(habits: Habits) -> date:
    days = min(habits.lifetime_days, season.N_DAYS)
    return habits.first_order_at.date() + timedelta(days=int(days) + 1)


def _basket(chance: Chance, habits: Habits, standing: Standing, effects: Effects) -> dict[Product, int]:
    stays = not standing.ordered_before or chance.happens(_SAME_CATEGORY_SHARE)
    category = habits.category if stays else chance.weighted(_CATEGORIES)
    basket = [chance.pick(shop.ASSORTMENT[category])]
    while len(basket) < _MOST_LINES and chance.happens(habits.appetite / (1 + habits.appetite)):
        product = chance.pick(shop.ASSORTMENT[chance.weighted(_CATEGORIES)])
        if product not in basket:
            basket.append(product)
    wants_biscuits = shop.ESPRESSO in basket and chance.happens(effects.espresso_biscuit_share)
    if wants_biscuits and shop.ALMOND_BISCUITS not in basket:
        basket.append(shop.ALMOND_BISCUITS)
    return {product: chance.weighted(_QUANTITIES) for product in basket}


def _coupon(chance: Chance, customer_id: str, standing: Standing, ordered_on: date) -> str:
    if standing.points >= shop.POINTS_PER_VOUCHER and chance.happens(_REDEEM_SHARE):
        return shop.POINTS_COUPON
    if customer_id and not standing.ordered_before and chance.happens(_WELCOME_SHARE):
        return shop.WELCOME_COUPON
    if season.in_black_friday_week(ordered_on) and chance.happens(_ADVENT_SHARE):
        return shop.ADVENT_COUPON
    return ""


def discounted(basket: dict[Product, int], coupon: str) -> tuple[Line, ...]:
    """One line per product, with its part of the discount."""
    percent = shop.PERCENT_OFF.get(coupon, 0)
    voucher = shop.VOUCHER if coupon == shop.POINTS_COUPON else 0
    lines = []
    for product, quantity in basket.items():
        gross = product.price * quantity
        discount = gross * percent // 100 if percent else min(voucher, gross)
        voucher -= 0 if percent else discount
        lines.append(Line(product=product, quantity=quantity, discount=discount))
    return tuple(lines)


def _points(
    chance: Chance, habits: Habits, standing: Standing, ordered_on: date, amount: int, coupon: str
) -> Points:
    is_member = standing.member_since is not None
    joins = not is_member and ordered_on >= built_in.PROGRAMME_STARTS and chance.happens(habits.joins)
    if not (is_member or joins):
        return Points()
    earned = amount // 100
    reached = [
        tier for tier, limit in shop.TIERS.items() if standing.earned < limit <= standing.earned + earned
    ]
    redeemed = shop.POINTS_PER_VOUCHER if coupon == shop.POINTS_COUPON else 0
    return Points(joined=joins, earned=earned, redeemed=redeemed, tier=reached[-1] if reached else "")


def _after(order: Order, standing: Standing, effects: Effects, chance: Chance) -> Standing:
    return replace(
        standing,
        gone_on=min([standing.gone_on, *_losses(order, standing, effects, chance)]),
        ordered_before=True,
        member_since=order.ordered_at.date() if order.points.joined else standing.member_since,
        points=standing.points + order.points.earned - order.points.redeemed,
        earned=standing.earned + order.points.earned,
    )


def _losses(order: Order, standing: Standing, effects: Effects, chance: Chance) -> Iterator[date]:
    """The days on which this order drives the customer away."""
    delivery = order.delivery
    if (
        delivery
        and delivery.late_by
        and not standing.ordered_before
        and chance.happens(effects.late_first_delivery_loss)
    ):
        yield delivery.promised_on + timedelta(days=1)
    refund_days = max((item.refund_days for item in order.returns), default=0)
    if refund_days > built_in.SLOW_REFUND_DAYS and chance.happens(effects.slow_refund_loss):
        yield order.returns[0].received_on + timedelta(days=built_in.SLOW_REFUND_DAYS)
    for answer in order.feedback:
        if answer.reply_hours > built_in.SLOW_REPLY_HOURS and chance.happens(effects.slow_reply_loss):
            yield answer.created_at.date() + timedelta(days=1)


def _next_order_at(
    habits: Habits,
    standing: Standing,
    contacts: tuple[Contact, ...],
    effects: Effects,
    ordered_at: datetime,
    chance: Chance,
) -> datetime | None:
    if chance.happens(_SAME_DAY_SHARE) and 8 <= ordered_at.hour < 20 and habits.orders_per_year:  # noqa: PLR2004
        return ordered_at + timedelta(minutes=chance.whole(15, 180))
    next_day = _next_day(habits, standing, contacts, effects, season.index_of(ordered_at.date()), chance)
    return None if next_day is None else season.time_of_day(chance, season.day(next_day))


def _next_day(
    habits: Habits,
    standing: Standing,
    contacts: tuple[Contact, ...],
    effects: Effects,
    last_day: int,
    chance: Chance,
) -> int | None:
    """The day of the next order by thinning: propose at the highest pace, accept by the pace of the day."""
    peak = season.PEAK_WEIGHT * max(1.0, effects.programme_factor) * max(1.0, effects.campaign_factor)
    end = min(season.N_DAYS, season.index_of(standing.gone_on))
    moment = last_day + 1.0
    while habits.orders_per_year:
        moment += chance.exponential(365.25 / (habits.orders_per_year * peak))
        if moment >= end:
            break
        day = int(moment)
        if chance.happens(_pace(standing, contacts, effects, day) / peak):
            return day
    return None


def _pace(standing: Standing, contacts: tuple[Contact, ...], effects: Effects, day: int) -> float:
    pace = season.DAY_WEIGHTS[day]
    if standing.member_since is not None:
        pace *= effects.programme_factor
    if any(contact.works_on(day) for contact in contacts):
        pace *= effects.campaign_factor
    return pace
