from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leavers import END, export_of_leavers
from outcomes import Wieder, fails

if TYPE_CHECKING:
    from pathlib import Path

TRIED = ("churn", "leavers.csv", "--as-of", str(END))


@pytest.fixture(autouse=True)
def export(wieder: Wieder, tmp_path: Path) -> None:
    """The simulated shop, in the working directory of the command."""
    del wieder
    (tmp_path / "leavers.csv").write_text(export_of_leavers(), "utf-8")


def test_three_methods_side_by_side(wieder: Wieder) -> None:
    outcome = wieder(*TRIED, "--window", "120", "--horizon", "60")
    assert outcome.code == 0
    given, chosen, model, waiting = outcome.rows()
    assert (given["method"], given["window_days"]) == ("given_window", "120")
    assert chosen["method"] == "chosen_window"
    assert model["method"].endswith("nbd")
    assert waiting["method"] == "kaplan_meier"
    assert given["actual_rate"] == waiting["actual_rate"]
    assert float(model["auc"]) > 0.5


def test_readers_see_methods_groups_and_errors_of_the_rule(wieder: Wieder) -> None:
    text = wieder(*TRIED, "--by", "channel", "--lang", "de", "--format", "markdown").out.decode()
    assert "Wer in 100 Tagen nicht kauft, und wie gut das an 3 früheren Zeitpunkten zutraf" in text
    assert "Regel: mehr als 180 Tage still (vorgegeben)" in text
    assert "channel der ersten Bestellung" in text
    assert "Wie oft die Regel irrt" in text


def test_the_errors_of_the_rule_for_programs(wieder: Wieder) -> None:
    rows = wieder(*TRIED, "--rules", "--window", "120").rows()
    assert {row["moment"] for row in rows} == {"2023-04-11", "2023-07-20", "2023-10-28"}
    assert "120" in {row["window_days"] for row in rows}


def test_a_list_of_customers_is_a_private_file(wieder: Wieder, tmp_path: Path) -> None:
    assert wieder(*TRIED, "--list", "at-risk", "-o", "list.csv").code == 0
    assert (tmp_path / "list.csv").stat().st_mode & 0o077 == 0
    first, second = (tmp_path / "list.csv").read_text("utf-8").splitlines()[1:3]
    assert float(first.split(",")[-1]) >= float(second.split(",")[-1])


def test_a_list_of_customers_for_readers(wieder: Wieder) -> None:
    text = wieder(*TRIED, "--list", "win-back", "--window", "60", "--format", "markdown").out.decode()
    assert "To win back: 50 of " in text


def test_pseudonyms_need_a_list(wieder: Wieder) -> None:
    assert "--pseudonym has no effect" in fails(wieder(*TRIED, "--pseudonym", "key"), 2)


def test_a_list_is_of_all_customers(wieder: Wieder) -> None:
    assert "omit --by" in fails(wieder(*TRIED, "--list", "at-risk", "--by", "channel"), 2)


def test_the_rule_is_that_of_the_whole_shop(wieder: Wieder) -> None:
    assert "omit --by" in fails(wieder(*TRIED, "--rules", "--by", "channel"), 2)


def test_the_churn_rate_by_period_is_the_kpi(wieder: Wieder) -> None:
    span = ("--window", "60", "--period", "quarter")
    rows = wieder(*TRIED, *span, "--by", "channel").rows()
    assert {row["kpi"] for row in rows} == {"churn_rate"}
    assert {row["segment"] for row in rows} == {"", "app", "web"}
    whole = [row for row in rows if not row["dimension"]]
    kpis = wieder("kpis", *TRIED[1:], *span).rows()
    assert whole == [row for row in kpis if row["kpi"] == "churn_rate"]


def test_readers_see_the_churn_rate_by_period(wieder: Wieder) -> None:
    text = wieder(*TRIED, "--window", "60", "--period", "quarter", "--format", "markdown").out.decode()
    assert "| Q2 2023 |" in text


def test_one_table_of_churn_at_a_time(wieder: Wieder) -> None:
    assert "different tables" in fails(wieder(*TRIED, "--rules", "--period", "month"), 2)
    assert "omit --group" in fails(wieder(*TRIED, "--period", "month", "--group", "segment"), 2)
