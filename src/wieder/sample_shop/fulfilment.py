"""Events after an order: its parcel, returned goods, ratings and complaints."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from wieder.sample_shop import season
from wieder.sample_shop.records import Delivery, Feedback, Line, Return
from wieder.sample_shop.shop import Category

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from wieder.sample_shop.chance import Chance

_CARRIERS = {"Flink": 50, "Kutsche": 32, "Taube": 18}
_LATE_SHARES = {"Flink": 0.06, "Kutsche": 0.10, "Taube": 0.17}
_LATE_IN_ADVENT = 0.08
"""Additional share of late parcels in December before Christmas."""
_LOST_SHARE = 0.002
_OPTIONS = {"home": 62, "locker": 22, "pickup": 10, "express": 6}
_DAYS_LATE = {1: 40, 2: 25, 3: 14, 5: 10, 7: 7, 10: 4}

_RETURN_SHARES = {
    Category.TEA: 0.025, Category.COFFEE: 0.03, Category.BISCUITS: 0.02, Category.KITCHEN: 0.15,
    Category.GIFTS: 0.07,
}  # fmt: skip
_REASONS = {"disliked": 40, "damaged": 25, "wrong_item": 15, "too_late": 10, "no_reason": 10}
_SLOW_REFUND_SHARE = 0.3

_STARS_IN_TIME = {1: 2, 2: 3, 3: 9, 4: 30, 5: 56}
_STARS_LATE = {1: 26, 2: 25, 3: 24, 4: 15, 5: 10}
_NPS_IN_TIME = {3: 2, 5: 5, 6: 8, 7: 14, 8: 21, 9: 24, 10: 26}
_NPS_LATE = {0: 10, 2: 16, 4: 18, 6: 26, 7: 14, 8: 10, 9: 6}
_PRAISE = ("Danke, gerne wieder!", 'Der "Möwe"-Becher ist schön.', "Schnell, gut verpackt, heiß geliebt.")
_BLAME = ("Kam zu spät, leider.", "Tüte beschädigt; Tee verstreut.", '"Express" stelle ich mir anders vor.')
_COMPLAINT_CHANNELS = {"mail": 55, "phone": 25, "chat": 20}
_COMPLAINT_SHARES = (0.015, 0.25)
"""For a parcel on time, and for a late one."""


def deliver(chance: Chance, ordered_on: date, country: str) -> Delivery:
    """The parcel of an order placed on this day."""
    option = chance.weighted(_OPTIONS)
    carrier = chance.weighted(_CARRIERS)
    promised_on = ordered_on + timedelta(
        days=(1 if option == "express" else 3) + (0 if country == "DE" else 2)
    )
    late_share = _LATE_SHARES[carrier] + (_LATE_IN_ADVENT if _in_advent(ordered_on) else 0.0)
    late_by = chance.weighted(_DAYS_LATE) if chance.happens(late_share) else 0
    early_by = chance.whole(0, 1) if option != "express" and late_by == 0 else 0
    is_lost = chance.happens(_LOST_SHARE)
    return Delivery(
        carrier=carrier,
        option=option,
        shipped_on=season.known(ordered_on + timedelta(days=0 if option == "express" else 1)),
        promised_on=promised_on,
        delivered_on=None if is_lost else season.known(promised_on + timedelta(days=late_by - early_by)),
        late_by=max(_DAYS_LATE) if is_lost else late_by,
    )


def give_back(chance: Chance, lines: tuple[Line, ...], delivery: Delivery) -> Iterator[Return]:
    """The returned goods of an order, all in one parcel; none if the order was not delivered."""
    received_after, is_slow = chance.whole(3, 14), chance.happens(_SLOW_REFUND_SHARE)
    refund_days = chance.whole(16, 32) if is_slow else chance.whole(1, 6)
    if delivery.delivered_on is None:
        return
    received_on = season.known(delivery.delivered_on + timedelta(days=received_after))
    if received_on is None:
        return
    for position, line in enumerate(lines, start=1):
        if line.amount > 0 and chance.happens(_RETURN_SHARES[line.product.category]):
            quantity = chance.whole(1, line.quantity)
            yield take_back((position, line), quantity, chance.weighted(_REASONS), received_on, refund_days)


def take_back(
    numbered_line: tuple[int, Line], quantity: int, reason: str, received_on: date, refund_days: int
) -> Return:
    """The return of `quantity` pieces; its refund follows `refund_days` later, if before the export."""
    position, line = numbered_line
    refunded_on = season.known(received_on + timedelta(days=refund_days))
    return Return(
        line=line,
        position=position,
        quantity=quantity,
        reason=reason,
        received_on=received_on,
        refunded_on=refunded_on,
        refund=line.amount * quantity // line.quantity if refunded_on else 0,
        refund_days=refund_days,
    )


def ask(chance: Chance, delivery: Delivery) -> Iterator[Feedback]:
    """Feedback after the delivery, if any: a star rating, a recommendation (NPS), a complaint."""
    stars, nps = chance.happens(0.17), chance.happens(0.05)
    complains = chance.happens(_COMPLAINT_SHARES[delivery.late_by > 0])
    if delivery.delivered_on is None:
        return
    if complains:
        yield from _until_export(_complaint(chance, delivery.delivered_on))
    if stars:
        yield from _until_export(_stars(chance, delivery, delivery.delivered_on))
    if nps:
        score = chance.weighted(_NPS_LATE if delivery.late_by else _NPS_IN_TIME)
        yield from _until_export(_answer(chance, "nps", score, delivery.delivered_on, comment=""))


def _in_advent(when: date) -> bool:
    return when.month == 12 and when.day <= 22  # noqa: PLR2004 - the month and last day of the rush


def _stars(chance: Chance, delivery: Delivery, delivered_on: date) -> Feedback:
    score = chance.weighted(_STARS_LATE if delivery.late_by else _STARS_IN_TIME)
    comments = _PRAISE if score >= 4 else _BLAME  # noqa: PLR2004 - the best two of five ratings
    return _answer(chance, "stars", score, delivered_on, chance.pick(comments) if chance.happens(0.2) else "")


def _answer(chance: Chance, kind: str, score: int, delivered_on: date, comment: str) -> Feedback:
    return Feedback(
        kind=kind,
        score=score,
        channel="mail",
        created_at=season.time_of_day(chance, delivered_on + timedelta(days=chance.whole(3, 12))),
        replied_at=None,
        reply_hours=0,
        comment=comment,
    )


def _complaint(chance: Chance, delivered_on: date) -> Feedback:
    channel = chance.weighted(_COMPLAINT_CHANNELS)
    slow_share = {"mail": 0.45, "phone": 0.15, "chat": 0.1}[channel]
    hours = chance.whole(49, 140) if chance.happens(slow_share) else chance.whole(0, 40)
    created_at = season.time_of_day(chance, delivered_on + timedelta(days=chance.whole(0, 2)))
    replied_at = created_at + timedelta(hours=hours, minutes=chance.whole(1, 59))
    return Feedback(
        kind="complaint",
        score=None,
        channel=channel,
        created_at=created_at,
        replied_at=replied_at if replied_at < season.EXPORTED_AT else None,
        reply_hours=hours,
        comment=chance.pick(_BLAME) if chance.happens(0.5) else "",
    )


def _until_export(feedback: Feedback) -> Iterator[Feedback]:
    if feedback.created_at < season.EXPORTED_AT:
        yield feedback
