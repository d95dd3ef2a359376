"""The order history of a customer, simulated one order at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from wieder.sample_shop import baskets, fulfilment, season, shop
from wieder.sample_shop.effects import PROGRAMME_STARTS, SLOW_REFUND_DAYS, SLOW_REPLY_HOURS
from wieder.sample_shop.records import Order, Points

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from wieder.sample_shop.chance import Chance
    from wieder.sample_shop.effects import Effects
    from wieder.sample_shop.marketing import Contact
    from wieder.sample_shop.records import Habits

_SAME_CATEGORY_SHARE = 0.6
_HOME_CHANNEL_SHARE = 0.85
_CANCELLED_SHARES = {"webshop": 0.028, "app": 0.02, "marketplace": 0.055}
_FORGETFUL_SHARE = 0.012
"""Share of daytime orders that are followed by another one within three hours."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Buyer:
    """One customer or guest, and everything that determines their orders."""

    customer_id: str
    """Empty for a guest."""
    habits: Habits
    contacts: tuple[Contact, ...]
    effects: Effects
    chance: Chance


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """The state of a buyer between two orders."""

    gone_on: date
    """The first day on which the buyer no longer orders."""
    ordered_before: bool = False
    is_member: bool = False
    points: int = 0
    """Earned and not yet redeemed."""
    earned: int = 0
    """Points earned in total."""


def history(buyer: Buyer) -> Iterator[Order]:
    """The orders of one buyer in chronological order: at least one; exactly one for a guest."""
    standing = Standing(gone_on=_end_of_life(buyer.habits))
    ordered_at: datetime | None = buyer.habits.first_order_at
    while ordered_at is not None:
        order = _place(buyer, standing, ordered_at)
        yield order
        standing = _after(order, buyer, standing)
        ordered_at = _next_order_at(buyer, standing, ordered_at)


def _end_of_life(habits: Habits) -> date:
    days = min(habits.lifetime_days, season.N_DAYS)
    return habits.first_order_at.date() + timedelta(days=int(days) + 1)


def _place(buyer: Buyer, standing: Standing, ordered_at: datetime) -> Order:
    chance, habits = buyer.chance, buyer.habits
    is_welcome = bool(buyer.customer_id) and not standing.ordered_before
    channel = (
        "webshop" if standing.ordered_before and not chance.happens(_HOME_CHANNEL_SHARE) else habits.channel
    )
    code = baskets.coupon(chance, ordered_at.date(), standing.points, is_welcome=is_welcome)
    basket = baskets.fill(
        chance, _category(buyer, standing), habits.appetite, buyer.effects.espresso_biscuit_share
    )
    lines = baskets.discounted(basket, code)
    amount = sum(line.amount for line in lines)
    is_cancelled = chance.happens(_CANCELLED_SHARES[channel])
    delivery = None if is_cancelled else fulfilment.deliver(chance, ordered_at.date(), habits.country)
    return Order(
        customer_id=buyer.customer_id,
        ordered_at=ordered_at,
        channel=channel,
        country=habits.country,
        lines=lines,
        coupon=code,
        shipping=shop.shipping_fee(habits.country, amount),
        delivery=delivery,
        returns=tuple(fulfilment.give_back(chance, lines, delivery)) if delivery else (),
        feedback=tuple(fulfilment.ask(chance, delivery)) if delivery else (),
        points=Points() if is_cancelled else _points(buyer, standing, ordered_at.date(), amount, code),
    )


def _category(buyer: Buyer, standing: Standing) -> shop.Category:
    is_as_first = not standing.ordered_before or buyer.chance.happens(_SAME_CATEGORY_SHARE)
    return buyer.habits.category if is_as_first else baskets.any_category(buyer.chance)


def _points(buyer: Buyer, standing: Standing, ordered_on: date, amount: int, code: str) -> Points:
    may_join = not standing.is_member and ordered_on >= PROGRAMME_STARTS
    joins = may_join and buyer.chance.happens(buyer.habits.joins)
    if not (standing.is_member or joins):
        return Points()
    earned = amount // 100
    passed = [
        tier for tier, limit in shop.TIERS.items() if standing.earned < limit <= standing.earned + earned
    ]
    redeemed = shop.POINTS_PER_VOUCHER if code == shop.POINTS_COUPON else 0
    return Points(joined=joins, earned=earned, redeemed=redeemed, tier=passed[-1] if passed else "")


def _after(order: Order, buyer: Buyer, standing: Standing) -> Standing:
    return replace(
        standing,
        gone_on=min([standing.gone_on, *_losses(order, buyer, standing)]),
        ordered_before=True,
        is_member=standing.is_member or order.points.joined,
        points=standing.points + order.points.earned - order.points.redeemed,
        earned=standing.earned + order.points.earned,
    )


def _losses(order: Order, buyer: Buyer, standing: Standing) -> Iterator[date]:
    """The days from which the buyer stays away because of this order."""
    chance, effects = buyer.chance, buyer.effects
    is_late_first = not standing.ordered_before and order.delivery is not None and order.delivery.late_by > 0
    if order.delivery and is_late_first and chance.happens(effects.late_first_delivery_loss):
        yield order.delivery.promised_on + timedelta(days=1)
    is_slow_refund = any(item.refund_days > SLOW_REFUND_DAYS for item in order.returns)
    if is_slow_refund and chance.happens(effects.slow_refund_loss):
        yield order.returns[0].received_on + timedelta(days=SLOW_REFUND_DAYS)
    for answer in order.feedback:
        if answer.reply_hours > SLOW_REPLY_HOURS and chance.happens(effects.slow_reply_loss):
            yield answer.created_at.date() + timedelta(days=1)


def _next_order_at(buyer: Buyer, standing: Standing, ordered_at: datetime) -> datetime | None:
    if buyer.habits.orders_per_year == 0:
        return None
    if 8 <= ordered_at.hour < 20 and buyer.chance.happens(_FORGETFUL_SHARE):  # noqa: PLR2004 - by day
        return ordered_at + timedelta(minutes=buyer.chance.whole(15, 180))
    next_day = _next_day(buyer, standing, season.index_of(ordered_at.date()))
    return None if next_day is None else season.time_of_day(buyer.chance, season.day(next_day))


def _next_day(buyer: Buyer, standing: Standing, last_day: int) -> int | None:
    """The day of the next order by thinning: candidates at the peak rate, accepted at the rate of the day."""
    peak = (
        season.PEAK_WEIGHT
        * max(1.0, buyer.effects.programme_factor)
        * max(1.0, buyer.effects.campaign_factor)
    )
    mean_days = 365.25 / (buyer.habits.orders_per_year * peak)
    end = min(season.N_DAYS, season.index_of(standing.gone_on))
    candidate = last_day + 1 + buyer.chance.exponential(mean_days)
    while candidate < end:
        if buyer.chance.happens(_rate(buyer, standing, int(candidate)) / peak):
            return int(candidate)
        candidate += buyer.chance.exponential(mean_days)
    return None


def _rate(buyer: Buyer, standing: Standing, day: int) -> float:
    """The order rate of a day, relative to the buyer's own."""
    rate = season.DAY_WEIGHTS[day]
    if standing.is_member:
        rate *= buyer.effects.programme_factor
    if any(contact.works_on(day) for contact in buyer.contacts):
        rate *= buyer.effects.campaign_factor
    return rate
