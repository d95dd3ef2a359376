"""Selection of time and cuts for a question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from wieder.errors import UsageError
from wieder.periods import Period, PeriodKind, periods_between

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Time and cuts as requested by the user; dates are local days of the shop."""

    kind: PeriodKind = PeriodKind.ALL
    by: tuple[str, ...] = ()
    """Columns to cut by, crossed with each other; empty for the whole shop alone."""
    top: int | None = None
    """Number of segments to keep, those with the most orders; the rest is one segment. None: all."""
    as_of: date | None = None
    """Report date (exclusive); None: the day of the last order."""
    since: date | None = None
    """First day shown (inclusive)."""
    until: date | None = None
    """Day after the last day shown (exclusive)."""
    incomplete: bool = False
    """Whether to show also the period that is not over on the report date."""
    is_time_chosen: bool = False
    """Whether the user chose the kind of period or the span, rather than the default of the question."""
    today: date
    """The current day, read once by the command line. Orders with later dates are left out."""


def periods_of(selection: Selection, history_start: date, as_of: date) -> tuple[Period, ...]:
    """Return every period of the history, including those not shown; one for `PeriodKind.ALL`.

    Raises UsageError if the span of `PeriodKind.ALL` contains no day of the history.
    """
    if selection.kind is not PeriodKind.ALL:
        return periods_between(selection.kind, history_start, as_of)
    start = max(history_start, selection.since or history_start)
    end = min(as_of, selection.until or as_of)
    if start >= end:
        raise _no_period(selection, history_start, as_of)
    return (Period(start, end),)


def shown_periods(
    periods: Sequence[Period], selection: Selection, history_start: date, as_of: date
) -> tuple[Period, ...]:
    """Return the periods within `since` and `until` that are over; with `incomplete` also the current one.

    Raises UsageError if there are none.
    """
    shown = tuple(period for period in periods if _is_shown(period, selection, as_of))
    if not shown:
        raise _no_period(selection, history_start, as_of)
    return shown


def _is_shown(period: Period, selection: Selection, as_of: date) -> bool:
    if selection.kind is PeriodKind.ALL:
        return True
    is_late_enough = selection.since is None or period.start >= selection.since
    is_early_enough = selection.until is None or period.end <= selection.until
    return is_late_enough and is_early_enough and (selection.incomplete or period.end <= as_of)


def _no_period(selection: Selection, history_start: date, as_of: date) -> UsageError:
    last_day = as_of - timedelta(days=1)
    name = "period" if selection.kind is PeriodKind.ALL else f"whole {selection.kind}"
    return UsageError(
        f"there is no {name} with orders in that span; the data reach from {history_start} to {last_day}",
        "choose another --from, --to or --period, or add --incomplete",
    )
