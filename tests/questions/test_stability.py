"""Steadiness of revenue, counted by hand and by its witness."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from statistics import mean, stdev
from typing import TYPE_CHECKING, Any

import pytest

from asked import answered, asked_of, confirm, disagreeing
from shops import shop
from wieder.periods import PeriodKind
from wieder.questions.stability import LABELS, QUESTION

if TYPE_CHECKING:
    from pathlib import Path

    from outcomes import Wieder

ROWS = [
    ("1", "a", "2024-01-10", "100"),
    ("2", "a", "2024-01-20", "20"),
    ("3", "b", "2024-01-21", "30"),
    ("4", None, "2024-02-05", "50"),
    ("5", "a", "2024-04-01", "10"),  # no order in March
    ("6", "c", "2024-04-02", "40"),
    ("7", "a", "2024-05-01", "999"),  # after the report date
]


def rows_of(
    rows: list[tuple[Any, ...]] = ROWS, as_of: date = date(2024, 5, 1), **selection: Any
) -> dict[str, dict[str, Any]]:
    asked = asked_of(shop(rows), PeriodKind.MONTH, as_of=as_of, **selection)
    found = answered(QUESTION, asked)
    confirm(asked, found)
    return {row["part"]: row for row in found.frame.iter_rows(named=True)}


def test_every_part_of_revenue_over_four_months() -> None:
    found = rows_of()
    monthly = {
        "all": [150, 50, 0, 50],
        "returning": [20, 0, 0, 10],
        "new": [130, 0, 0, 40],
        "anonymous": [0, 50, 0, 0],
    }
    for part, months in monthly.items():
        row = found[part]
        assert (row["periods"], row["revenue"]) == (4, Decimal(sum(months)))
        assert row["revenue_share"] == sum(months) / 250
        assert row["mean_revenue"] == mean(months)
        assert row["standard_deviation"] == pytest.approx(stdev(months))
        assert row["variation"] == pytest.approx(stdev(months) / mean(months))


def test_one_period_does_not_vary() -> None:
    found = rows_of(since=date(2024, 1, 1), until=date(2024, 2, 1))
    assert found["all"]["revenue"] == 150
    assert [row["variation"] for row in found.values()] == [None] * len(LABELS)


def test_a_part_without_revenue_has_no_variation() -> None:
    found = rows_of([("1", "a", "2024-01-01", "5"), ("2", "b", "2024-02-03", "5")])
    assert (found["returning"]["revenue"], found["returning"]["variation"]) == (0, None)
    assert found["new"]["revenue_share"] == 1


def test_a_period_that_is_not_over_makes_the_rows_partial() -> None:
    assert {row["state"] for row in rows_of(as_of=date(2024, 4, 20), incomplete=True).values()} == {"partial"}


def test_the_witness_finds_money_that_is_not_there() -> None:
    asked = asked_of(shop(ROWS), PeriodKind.MONTH, as_of=date(2024, 5, 1))
    disagreeing(asked, answered(QUESTION, asked), "mean_revenue")


def test_readers_see_the_parts_in_words(wieder: Wieder) -> None:
    table = wieder("stability", "orders.csv", "--lang", "de", "--format", "table").out.decode()
    assert all(label.de in table for label in LABELS.values())


@pytest.mark.parametrize(("sections", "is_shown"), [('["tiles", "stability"]', True), ("[]", False)])
def test_the_report_has_it_where_it_is_named(
    wieder: Wieder, tmp_path: Path, sections: str, *, is_shown: bool
) -> None:
    (tmp_path / "wieder.toml").write_text(f"[report]\nsections = {sections}\n")
    page = wieder("report", "orders.csv", "-o", "-").out.decode()
    assert ('<section id="stability"' in page) is is_shown
