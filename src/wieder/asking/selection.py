"""Which time is asked about, and how results are cut."""

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
    """Time and cuts, as the user wants them; dates are local days of the shop."""

    kind: PeriodKind = PeriodKind.ALL
    by: tuple[str, ...] = ()
    """Columns to cut by, crossed with each other; none for the whole shop only."""
    top: int | None = None
    """Of the segments, only so many with most orders; the rest is one segment."""
    as_of: date | None = None
    """The first day that does not count any more; None: the day of the last order."""
    since: date | None = None
    """First day shown (inclusive)."""
    until: date | None = None
    """First day not shown any more (exclusive)."""
    incomplete: bool = False
    """Show the period that is not over at as-of, too."""
    is_time_chosen: bool = False
    """Whether the user said how time is cut or which span is shown, rather than leave it to the question."""
    today: date
    """The clock, read once by the command line. Orders dated later are not believed."""


def periods_of(selection: Selection, history_start: date, as_of: date) -> tuple[Period, ...]:
    """Every period of the history, also those that are not shown; one for `PeriodKind.ALL`.

    Raises UsageError where the span of `PeriodKind.ALL` holds no day of the history.
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
    """The periods wholly between `since` and `until` that are over, or all that began if wanted.

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
        f"there is no {name} with orders in that span: the data reach from {history_start} to {last_day}",
        "choose another --from, --to or --period, or add --incomplete",
    )
