from __future__ import annotations

from datetime import date

import pytest

from wieder.delivery.placeholders import KNOWN, Occasion, fill, fixed_folder, has_placeholders
from wieder.errors import UsageError
from wieder.periods import Period, PeriodKind, period_at


def occasion(day: date, kind: PeriodKind) -> Occasion:
    return Occasion(period=period_at(day, kind), kind=kind, as_of=date(2027, 1, 5), lang="de")


ALL = "/".join(f"{{{name}}}" for name in KNOWN)


@pytest.mark.parametrize(
    ("day", "kind", "expected"),
    [
        (date(2026, 11, 20), PeriodKind.WEEK, "2026-W47/2026-W47/2026-11/2026-Q4/2026/2027-01-05/de"),
        (date(2026, 11, 20), PeriodKind.MONTH, "2026-11/2026-W49/2026-11/2026-Q4/2026/2027-01-05/de"),
        (date(2026, 11, 20), PeriodKind.YEAR, "2026/2026-W53/2026-12/2026-Q4/2026/2027-01-05/de"),
        (date(2026, 12, 30), PeriodKind.WEEK, "2026-W53/2026-W53/2027-01/2027-Q1/2026/2027-01-05/de"),
        (date(2027, 1, 2), PeriodKind.DAY, "2027-01-02/2026-W53/2027-01/2027-Q1/2027/2027-01-05/de"),
    ],
)
def test_the_last_period_names_the_file(day: date, kind: PeriodKind, expected: str) -> None:
    assert fill(ALL, occasion(day, kind)) == expected


def test_the_slash_of_a_span_is_not_a_folder() -> None:
    span = Occasion(
        period=Period(date(2026, 1, 1), date(2027, 1, 1)),
        kind=PeriodKind.ALL,
        as_of=date(2027, 1, 1),
        lang="en",
    )
    assert fill("{period}.html", span) == "2026-01-01_2026-12-31.html"


@pytest.mark.parametrize(
    "name", ["{week}.html", "{}.html", "{0}.html", "{year!r}.html", "{year:>9}.html", "{year.real}"]
)
def test_an_unknown_placeholder_is_refused_with_the_list(name: str) -> None:
    with pytest.raises(UsageError, match="there is no placeholder") as refusal:
        has_placeholders(name)
    assert "{period}, {iso_week}, {month}" in refusal.value.remedy


def test_a_single_brace_is_refused_and_a_double_one_is_a_brace() -> None:
    with pytest.raises(UsageError, match="a brace is not closed or not opened"):
        has_placeholders("{year.html")
    assert not has_placeholders("{{a}}.html")
    assert fill("{{a}}.html", occasion(date(2026, 1, 1), PeriodKind.DAY)) == "{a}.html"


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("a.html", "."),
        ("a/b.html", "a"),
        ("a/x{year}/b.html", "a"),
        ("{year}/b.html", "."),
        ("/a/{lang}", "/a"),
    ],
)
def test_the_folder_is_known_before_the_data_are(name: str, folder: str) -> None:
    assert str(fixed_folder(name)) == folder
