"""Calendar periods: half-open spans of local days, and the periods before them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from wieder.errors import UsageError


class PeriodKind(StrEnum):
    """The length of a period. Weeks are ISO weeks, which begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"
    """One period from the first day to the last."""


@dataclass(frozen=True, order=True)
class Period:
    """The days from `start` (inclusive) to `end` (exclusive)."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """The length in days."""
        return (self.end - self.start).days


MONTHS_IN = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}


def period_at(day: date, kind: PeriodKind) -> Period:
    """The period of `kind` that contains `day`. Raises ValueError for `PeriodKind.ALL`."""
    if kind is PeriodKind.DAY:
        return Period(day, day + timedelta(days=1))
    if kind is PeriodKind.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=7))
    if kind is PeriodKind.ALL:
        raise ValueError("the whole span has no single period")
    months = MONTHS_IN[kind]
    start = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(start, add_months(start, months))


def add_months(day: date, months: int) -> date:
    """The first day of the month that is `months` after the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def periods_between(kind: PeriodKind, start: date, end: date) -> tuple[Period, ...]:
    """All periods of `kind` that contain a day of [start, end), in order; none if it is empty."""
    if start >= end:
        return ()
    if kind is PeriodKind.ALL:
        return (Period(start, end),)
    found = [period_at(start, kind)]
    while found[-1].end < end:
        found.append(period_at(found[-1].end, kind))
    return tuple(found)


def previous(period: Period, kind: PeriodKind) -> Period | None:
    """The period just before; None for `PeriodKind.ALL`."""
    if kind is PeriodKind.ALL:
        return None
    return period_at(period.start - timedelta(days=1), kind)


def year_before(period: Period, kind: PeriodKind) -> Period | None:
    """The same day, ISO week, month, quarter or year one year earlier.

    None where the year before has no such period: 29 February, ISO week 53.
    """
    if kind is PeriodKind.ALL:
        return None
    if kind is PeriodKind.WEEK:
        return iso_week(period.start.isocalendar().year - 1, period.start.isocalendar().week)
    try:
        return period_at(period.start.replace(year=period.start.year - 1), kind)
    except ValueError:
        return None


def iso_week(year: int, week: int) -> Period | None:
    """ISO week `week` of ISO year `year`, or None if that year has no such week."""
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        return None
    return Period(monday, monday + timedelta(days=7))


def period_name(period: Period, kind: PeriodKind) -> str:
    """The language-independent name: 2024-03-05, 2024-W05, 2024-03, 2024-Q1, 2024.

    For `PeriodKind.ALL`, the first and the last day: 2024-01-01/2024-03-31.
    """
    start = period.start
    if kind is PeriodKind.ALL:
        return f"{start.isoformat()}/{(period.end - timedelta(days=1)).isoformat()}"
    if kind is PeriodKind.WEEK:
        return f"{start.isocalendar().year}-W{start.isocalendar().week:02d}"
    if kind is PeriodKind.QUARTER:
        return f"{start.year}-Q{(start.month + 2) // 3}"
    return start.isoformat()[: {PeriodKind.YEAR: 4, PeriodKind.MONTH: 7}.get(kind, 10)]


SPAN = re.compile(r"(\d{4})(?:-(?:Q([1-4])|W(\d\d)|(\d\d)(?:-(\d\d))?))?")
GERMAN = re.compile(r"(?:(\d{1,2})\.\s*)?(\d{1,2})\.\s*(\d{4})")
"""A day or a month with dots, which are between day, month and year in this order alone."""
DATE_EXAMPLES = (
    "write a day (2024-03-05), month (2024-03), ISO week (2024-W05), quarter (2024-Q1) or year (2024)"
)


def parse_span(text: str) -> Period:
    """The span that `text` names: a year, quarter, month, ISO week or day.

    `2024`, `2024-Q1`, `2024-03`, `2024-W05`, `2024-03-05`; in the German way also
    `5.3.2024`, `05.03.2024`, `3.2024`. Anything else, or a day that does not exist,
    raises UsageError.
    """
    match = SPAN.fullmatch(iso_text(text))
    span = _span(*match.groups()) if match else None
    if span is None:
        raise UsageError(f"{text!r} is not a date", DATE_EXAMPLES)
    return span


def iso_text(text: str) -> str:
    """A day or month in the German way, `5.3.2024` or `3.2024`, in the ISO way; other texts as they are."""
    match = GERMAN.fullmatch(text.strip())
    if match is None:
        return text.strip()
    day, month, year = match.groups()
    return f"{year}-{int(month):02d}" + (f"-{int(day):02d}" if day else "")


def _span(
    year: str, quarter: str | None, week: str | None, month: str | None, day: str | None
) -> Period | None:
    if week:
        return iso_week(int(year), int(week))
    try:
        start = date(int(year), int(month or 3 * int(quarter or 1) - 2), int(day or 1))
    except ValueError:
        return None
    if day:
        return period_at(start, PeriodKind.DAY)
    kind = PeriodKind.MONTH if month else PeriodKind.QUARTER if quarter else PeriodKind.YEAR
    return period_at(start, kind)
