"""The labels of an axis of periods, as many as fit."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from wieder.periods import Period
    from wieder.writing.figures import RenderContext

LABEL_CHARACTER = 10.5
"""The width of a character on the time axis, on a phone."""
PLOT_WIDTH = 490.0
MONTH_LABEL_LENGTH = 4
MONTHS_APART = (1, 3, 6, 12, 24, 60, 120)


def axis_labels(periods: Sequence[Period], context: RenderContext) -> list[str]:
    """A label per period, empty if there is no room for it."""
    slot = PLOT_WIDTH / len(periods)
    if context.kind is PeriodKind.MONTH:
        room = MONTH_LABEL_LENGTH * LABEL_CHARACTER
        apart = next((months for months in MONTHS_APART if months * slot >= room), MONTHS_APART[-1])
        return [_month_label(period.start, apart, context) for period in periods]
    names = [context.numbers.short_period(period, context.kind) for period in periods]
    every = ceil(max(map(len, names)) * LABEL_CHARACTER / slot)
    return [name if index % every == 0 else "" for index, name in enumerate(names)]


def _month_label(month: date, apart: int, context: RenderContext) -> str:
    """A label every `apart` months: the year for January, else the name of the month."""
    if (month.year * 12 + month.month - 1) % apart:
        return ""
    return str(month.year) if month.month == 1 else context.numbers.month(month)
