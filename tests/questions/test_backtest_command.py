from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leavers import END, export_of_leavers
from outcomes import Wieder, fails
from wieder.locale.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.locale.text import Lang

TRIED = ("backtest", "leavers.csv", "--as-of", str(END))


@pytest.fixture(autouse=True)
def export(wieder: Wieder, tmp_path: Path) -> None:
    """The simulated shop, in the working directory of the command."""
    del wieder
    (tmp_path / "leavers.csv").write_text(export_of_leavers(), "utf-8")


def test_a_back_test_is_one_row_per_method_and_measure(wieder: Wieder) -> None:
    outcome = wieder(*TRIED, "--horizon", "90", "--moments", "1")
    assert outcome.code == 0
    assert "forecasts for 90 days (as requested) are back-tested; cut-off dates: 2023-11-07" in outcome.err
    rows = outcome.rows()
    assert {row["moment"] for row in rows} == {"2023-11-07", ""}
    assert {row["target"] for row in rows} == {"purchases", "spend", "none"}
    assert {"own_rate", "last_days", "shop_formula"} < {row["method"] for row in rows}
    [used] = {row["method"] for row in rows if row["is_used"] == "true" and row["target"] == "spend"}
    [bias] = [
        float(row["value"])
        for row in rows
        if (row["moment"], row["target"], row["method"], row["measure"]) == ("", "spend", used, "bias")
    ]
    assert abs(bias) < 0.5


def test_readers_see_scores_bias_and_holdouts(wieder: Wieder) -> None:
    text = wieder(*TRIED, "--lang", "de", "--format", "markdown").out.decode()
    for heading in (
        "Käufe in 100 Tagen, vorhergesagt an 3 früheren Zeitpunkten",
        "Umsatz in 100 Tagen, vorhergesagt an 3 früheren Zeitpunkten",
        "Kein Kauf in 100 Tagen, vorhergesagt an 3 früheren Zeitpunkten",
        "Abweichung je Zeitpunkt: Käufe in 100 Tagen",
        "Woran die Prognosen gemessen sind",
    ):
        assert heading in text
    assert "(verwendet)" in text


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize(
    ("part", "heading"),
    [
        ("--deciles", Text(de="Erwartet / eingetreten", en="Expected / actual")),
        ("--calibration", Text(de="Eingetreten", en="Came true")),
        (
            "--tracking",
            Text(
                de="Erwartete und eingetretene Käufe, Woche für Woche",
                en="Expected and actual purchases, week by week",
            ),
        ),
        (
            "--data",
            Text(de="Woran die Prognosen gemessen sind", en="What forecasts are held against"),
        ),
    ],
)
def test_parts_of_a_back_test_for_readers(wieder: Wieder, part: str, heading: Text, lang: Lang) -> None:
    outcome = wieder(*TRIED, "--moments", "1", part, "--format", "markdown", "--lang", lang)
    assert heading[lang] in outcome.out.decode()


@pytest.mark.parametrize(
    ("part", "column"), [("--calibration", "part"), ("--tracking", "week"), ("--data", "merged_orders")]
)
def test_parts_of_a_back_test_for_programs(wieder: Wieder, part: str, column: str) -> None:
    rows = wieder(*TRIED, "--moments", "1", part).rows()
    assert column in rows[0]


def test_one_part_at_a_time(wieder: Wieder) -> None:
    assert "different tables" in fails(wieder(*TRIED, "--deciles", "--tracking"), 2)


def test_a_history_of_weeks_is_too_short(wieder: Wieder) -> None:
    error = fails(wieder("backtest", "orders.csv", "--as-of", "2024-01-20"), 3)
    assert "too short to back-test forecasts" in error
    assert "28 days" in error


def test_a_horizon_that_does_not_fit(wieder: Wieder) -> None:
    assert "--horizon 40" in fails(wieder("backtest", "orders.csv", "--horizon", "40"), 2)
