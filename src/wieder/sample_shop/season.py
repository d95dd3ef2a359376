"""The calendar of the shop: order volume by day and hour."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from math import fsum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wieder.sample_shop.chance import Chance

OPENED = date(2023, 1, 1)
"""The first day of business; there are no earlier orders."""

EXPORTED_AT = datetime(2026, 1, 1, 6, 30)  # noqa: DTZ001 - exports carry local time
"""Time of the export; nothing later is known, so 2025-12-31 is the last complete day."""

N_DAYS = (EXPORTED_AT.date() - OPENED).days

BLACK_FRIDAYS = (date(2023, 11, 24), date(2024, 11, 29), date(2025, 11, 28))

_MONTHS = (0.9, 0.9, 0.95, 0.95, 0.85, 0.8, 0.75, 0.8, 0.95, 1.1, 1.3, 1.7)
_WEEKDAYS = (1.1, 1.0, 1.0, 1.0, 0.9, 0.85, 1.15)  # Monday first
_HOURS = {
    0: 8, 1: 4, 3: 2, 4: 2, 5: 5, 6: 14, 7: 26, 8: 38, 9: 48, 10: 55, 11: 56, 12: 60, 13: 52, 14: 48, 15: 48,
    16: 52, 17: 58, 18: 66, 19: 82, 20: 96, 21: 84, 22: 52, 23: 22,
}  # fmt: skip
"""No orders between 2 and 3 a.m., the hour that is skipped or repeated when summer time begins or ends."""


def day(index: int) -> date:
    """The day that is `index` days after the opening."""
    return OPENED + timedelta(days=index)


def index_of(when: date) -> int:
    """Number of days from the opening to `when`."""
    return (when - OPENED).days


def time_of_day(chance: Chance, when: date) -> datetime:
    """A random time on this day, distributed like orders over the day."""
    hour = chance.weighted(_HOURS)
    return datetime(when.year, when.month, when.day, hour, chance.whole(0, 59), chance.whole(0, 59))  # noqa: DTZ001


def known(when: date | None) -> date | None:
    """The day if it had ended by the time of the export, else None."""
    return when if when is not None and when < EXPORTED_AT.date() else None


def in_black_friday_week(when: date) -> bool:
    """Whether the day lies between the Monday before and the Monday after Black Friday, both included."""
    return any(-4 <= (when - friday).days <= 3 for friday in BLACK_FRIDAYS)  # noqa: PLR2004 - the two Mondays


def _weight(when: date) -> float:
    weight = _MONTHS[when.month - 1] * _WEEKDAYS[when.weekday()]
    if (when.month, when.day) >= (12, 19):
        weight *= 0.45  # too late for Christmas
    if when in BLACK_FRIDAYS:
        weight *= 2.2
    elif in_black_friday_week(when):
        weight *= 1.5
    return weight


def _weights() -> tuple[float, ...]:
    weights = [_weight(day(index)) for index in range(N_DAYS)]
    mean = fsum(weights) / N_DAYS
    return tuple(weight / mean for weight in weights)


DAY_WEIGHTS = _weights()
"""Relative order volume by index of the day; the mean over all days is 1."""

PEAK_WEIGHT = max(DAY_WEIGHTS)
