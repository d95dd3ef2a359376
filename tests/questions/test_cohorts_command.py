from __future__ import annotations

import pytest

from outcomes import SAMPLE, Wieder, fails
from wieder.questions.cohorts.table import COLUMNS

SPAN = ("--as-of", "2024-03-01")


def test_the_long_table_is_for_programs(wieder: Wieder) -> None:
    outcome = wieder("cohorts", "orders.csv", *SPAN)
    assert outcome.code == 0
    assert outcome.out.decode().splitlines()[0] == ",".join(column.name for column in COLUMNS)
    cells = [(row["cohort_start"], row["age"], row["active"], row["state"]) for row in outcome.rows()]
    assert cells == [
        ("2024-01-01", "0", "2", "final"),
        ("2024-01-01", "1", "1", "final"),
        ("", "0", "2", "final"),
        ("", "1", "1", "final"),
    ]


def test_the_wide_table_has_a_column_per_age(wieder: Wieder) -> None:
    [january, everybody] = wieder(
        "cohorts", "orders.csv", *SPAN, "--wide", "--measure", "ltv", "--age", "elapsed"
    ).rows()
    assert (january["age_0"], everybody["cohort_start"]) == ("35.0", "")


def test_readers_see_a_row_per_cohort(wieder: Wieder) -> None:
    for lang, heading in (("de", "Bindung in Prozent"), ("en", "Retention in percent")):
        text = wieder("cohorts", "orders.csv", *SPAN, "--format", "table", "--lang", lang).out.decode()
        assert heading in text
        assert "\x1b" not in text
        [january] = [line.split() for line in text.splitlines() if line.startswith("Jan")]
        assert january[1:] == ["2024", "2", "0", "50"]


def test_segments_can_be_cohorts(wieder: Wieder) -> None:
    rows = wieder("cohorts", "orders.csv", *SPAN, "--by", "channel").rows()
    assert {(row["segment"], row["cohort_start"]) for row in rows} == {("", ""), ("app", ""), ("web", "")}


def test_the_page_holds_a_heatmap_and_the_same_numbers(wieder: Wieder) -> None:
    arguments = ("cohorts", str(SAMPLE / "orders.csv"), "--from", "2025-01", "--age", "elapsed")
    page = wieder(*arguments, "--format", "html").out.decode()
    assert page.startswith("<!doctype html>")
    assert "<svg" in page
    assert 'class="heat-9' in page
    assert "~" in page
    assert page == wieder(*arguments, "--format", "html").out.decode()


def test_cohorts_need_periods(wieder: Wieder) -> None:
    assert "--period all: cohorts need shorter periods" in fails(
        wieder("cohorts", "orders.csv", "--period", "all"), 2
    )


@pytest.mark.parametrize("measure", ["customers", "orders", "revenue", "average_order_value", "ltv"])
def test_every_measure_can_be_read(wieder: Wieder, measure: str) -> None:
    outcome = wieder("cohorts", "orders.csv", *SPAN, "--measure", measure, "--format", "markdown")
    assert outcome.code == 0
    assert "| Jan 2024 | 2 | 0 |" in outcome.out.decode()


@pytest.mark.parametrize("option", [("--window", "90"), ("--occasion", "day")])
def test_an_option_that_changes_nothing_in_this_mode_is_refused(
    wieder: Wieder, option: tuple[str, str]
) -> None:
    assert option[0] in fails(wieder("cohorts", "orders.csv", *option), 2)


@pytest.mark.parametrize("asked", ["--mode rolling --window 90", "--mode cumulative --occasion day"])
def test_an_option_that_changes_something_in_this_mode_is_not(wieder: Wieder, asked: str) -> None:
    assert wieder("cohorts", "orders.csv", *asked.split()).code == 0
