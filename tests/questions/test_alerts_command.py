"""Limits in wieder.toml: one line each on stderr, and exit code 5 after the report is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from outcomes import fails

if TYPE_CHECKING:
    from pathlib import Path

    from outcomes import Wieder

REPORT = ("report", "orders.csv", "-o", "report.html", "--as-of", "2024-03-01")


def test_a_limit_that_is_crossed_ends_with_5_and_the_report_is_there(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "wieder.toml").write_text(
        "[alerts.revenue]\nbelow = 50\nchange_below = -0.1\n[alerts.orders]\nbelow = 2\nband = true\n"
    )
    outcome = wieder(*REPORT)
    before = "to the period before and was 42.50"
    assert outcome.code == 5
    assert outcome.err.splitlines() == [
        "wieder: alert: Revenue was 42.50 in February 2024, below the limit of 50.00",
        f"wieder: alert: Revenue changed by −39.3% {before} in February 2024; the limit is −10.0%",
    ]
    assert (tmp_path / "report.html").exists()


def test_without_a_crossed_limit_a_run_succeeds_silently(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "wieder.toml").write_text("[alerts.revenue]\nbelow = 40\n")
    outcome = wieder(*REPORT)
    assert (outcome.code, outcome.err) == (0, "")


def test_an_unchecked_limit_gives_a_notice(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "wieder.toml").write_text("[alerts.revenue]\nband = true\n")
    outcome = wieder(*REPORT, "--no-quiet")
    assert outcome.code == 0
    assert "band of revenue was not checked: the history is too short" in outcome.err


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ("[alerts.revenues]\nbelow = 1\n", "did you mean revenue?"),
        ("[alerts.revenue]\nbellow = 1\n", "there is no setting alerts.revenue.bellow"),
        ("[alerts.churn_rate]\nabove = 20\n", "0.2 for 20 %"),
    ],
)
def test_impossible_alerts_are_refused_before_any_data_are_read(
    wieder: Wieder, tmp_path: Path, settings: str, says: str
) -> None:
    (tmp_path / "wieder.toml").write_text(settings)
    assert says in fails(wieder("report", "orders.csv", "-o", "report.html"), 2)
    assert not (tmp_path / "report.html").exists()
