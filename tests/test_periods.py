"""Calendar arithmetic: month ends, leap days, ISO weeks."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wieder.errors import UsageError
from wieder.periods import (
    Period,
    PeriodKind,
    parse_span,
    period_at,
    period_name,
    periods_between,
    previous,
    year_before,
)

KINDS = [kind for kind in PeriodKind if kind is not PeriodKind.ALL]
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@given(DAYS, st.sampled_from(KINDS))
def test_a_day_lies_in_its_period_and_in_no_neighbour(day: date, kind: PeriodKind) -> None:
    period = period_at(day, kind)
    assert period.start <= day < period.end
    before = previous(period, kind)
    assert before is not None
    assert before.end == period.start


@given(DAYS, st.integers(1, 900), st.sampled_from(KINDS))
def test_periods_between_cover_every_day_once(start: date, days: int, kind: PeriodKind) -> None:
    end = start + timedelta(days=days)
    periods = periods_between(kind, start, end)
    assert periods[0].start <= start
    assert periods[-1].start < end <= periods[-1].end
    assert all(one.end == other.start for one, other in pairwise(periods))


@given(DAYS, st.sampled_from(KINDS))
def test_a_name_means_the_period_that_bears_it(day: date, kind: PeriodKind) -> None:
    period = period_at(day, kind)
    assert parse_span(period_name(period, kind)) == period


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024", date(2024, 1, 1), date(2025, 1, 1)),
        ("2024-Q4", date(2024, 10, 1), date(2025, 1, 1)),
        ("2024-02", date(2024, 2, 1), date(2024, 3, 1)),
        ("2024-02-29", date(2024, 2, 29), date(2024, 3, 1)),
        ("2020-W53", date(2020, 12, 28), date(2021, 1, 4)),
    ],
)
def test_spans(text: str, start: date, end: date) -> None:
    assert parse_span(text) == Period(start, end)


@pytest.mark.parametrize(
    "text", ["2023-02-29", "2021-W53", "2024-13", "2024-Q5", "24-01-01", "", "yesterday", "2024-1-1"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a date"):
        parse_span(text)


def test_iso_week_53_has_no_year_before_but_a_previous_week() -> None:
    week_53 = parse_span("2020-W53")
    assert year_before(week_53, PeriodKind.WEEK) is None
    assert previous(week_53, PeriodKind.WEEK) == parse_span("2020-W52")
    assert year_before(parse_span("2021-W01"), PeriodKind.WEEK) == parse_span("2020-W01")


def test_the_year_before_29_february_is_unknown() -> None:
    assert year_before(parse_span("2024-02-29"), PeriodKind.DAY) is None
    assert year_before(parse_span("2024-02"), PeriodKind.MONTH) == parse_span("2023-02")


def test_an_uncut_span_has_no_neighbours() -> None:
    span = Period(date(2024, 1, 1), date(2024, 4, 1))
    assert previous(span, PeriodKind.ALL) is None
    assert year_before(span, PeriodKind.ALL) is None
    assert period_name(span, PeriodKind.ALL) == "2024-01-01/2024-03-31"
    assert periods_between(PeriodKind.MONTH, span.end, span.start) == ()
