from __future__ import annotations

import pytest

from outcomes import Wieder, fails

SPAN = ("--as-of", "2024-03-01")


def test_gaps_of_a_file(wieder: Wieder) -> None:
    outcome = wieder("gaps", "orders.csv", *SPAN)
    assert outcome.code == 0
    steps = {row["step"]: (row["gaps"], row["waiting"], row["gap_median"]) for row in outcome.rows()}
    assert steps == {"1-2": ("1", "1", "36.0"), "2-3": ("0", "1", ""), "all": ("1", "2", "36.0")}


def test_readers_see_gaps_and_waiting_customers(wieder: Wieder) -> None:
    text = wieder("gaps", "orders.csv", *SPAN, "--format", "table", "--lang", "de").out.decode()
    assert "Abstände zwischen Käufen" in text
    assert "Wer noch nicht wieder gekauft hat (Kaplan-Meier)" in text


def test_the_sequence_of_a_file(wieder: Wieder) -> None:
    rows = wieder("sequence", "orders.csv", *SPAN, "--pool-from", "2").rows()
    assert [(row["step"], row["customers"], row["revenue"]) for row in rows] == [
        ("1", "2", "70.0000"),
        ("2+", "1", "30.0000"),
    ]


def test_readers_see_the_sequence_by_segment(wieder: Wieder) -> None:
    text = wieder("sequence", "orders.csv", *SPAN, "--by", "channel", "--format", "markdown").out.decode()
    assert "channel of the first order" in text
    assert "| (whole shop) | 1 | 2 |" in text


@pytest.mark.parametrize("command", ["gaps", "sequence"])
def test_purchases_are_not_cut_by_time(wieder: Wieder, command: str) -> None:
    assert "--period has no effect on this table" in fails(
        wieder(command, "orders.csv", "--period", "month"), 2
    )
