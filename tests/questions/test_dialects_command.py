from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from outcomes import fails
from wieder.questions.dialects.table import DIALECTS

if TYPE_CHECKING:
    from outcomes import Wieder

SPAN = ("--period", "month", "--from", "2024-02", "--to", "2024-02", "--as-of", "2024-03-01")


def test_the_dialect_of_a_vendor_stands_beside_ours(wieder: Wieder) -> None:
    outcome = wieder("dialects", "orders.csv", *SPAN, "--vendor", "shopify")
    assert outcome.code == 0
    assert outcome.out.decode().splitlines()[0] == ",".join(DIALECTS.schema)
    rows = {row["kpi"]: row for row in outcome.rows()}
    assert rows["returning_customer_rate"]["dialect_value"] == "1.0"
    assert rows["base_retention_rate"]["dialect_value"] == ""


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("de", ("Februar 2024 · Peel", "Unsere", "Warum", "Peel hat dafür keine Kennzahl")),
        ("en", ("February 2024 · Peel", "Ours", "Why", "Peel has no such KPI")),
    ],
)
def test_readers_see_why_the_two_differ(wieder: Wieder, lang: str, words: tuple[str, ...]) -> None:
    page = wieder("dialects", "orders.csv", *SPAN, "--vendor", "peel", "--lang", lang, "--format", "markdown")
    assert all(word in page.out.decode() for word in words)


@pytest.mark.parametrize("other", [("--by", "channel"), ("--compare",)])
def test_a_dialect_goes_with_neither_segments_nor_earlier_periods(
    wieder: Wieder, other: tuple[str, ...]
) -> None:
    assert other[0] in fails(wieder("kpis", "orders.csv", "--dialect", "putler", *other), 2)


def test_without_a_time_the_last_month_is_compared(wieder: Wieder) -> None:
    rows = wieder("dialects", "orders.csv", "--vendor", "peel", "--as-of", "2024-03-02").rows()
    assert {row["period_start"] for row in rows} == {"2024-02-01"}


def test_the_option_of_an_older_version_still_works_with_a_notice(wieder: Wieder) -> None:
    older = wieder("kpis", "orders.csv", *SPAN, "--dialect", "shopify")
    assert older.out == wieder("dialects", "orders.csv", *SPAN, "--vendor", "shopify").out
    assert "wieder dialects [question-of-its-own]" in older.err


def test_without_a_vendor_they_are_listed(wieder: Wieder) -> None:
    assert "shopify, metorik" in fails(wieder("dialects", "orders.csv"), 2)
