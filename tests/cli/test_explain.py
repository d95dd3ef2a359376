"""`wieder explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outcomes import fails

if TYPE_CHECKING:
    from outcomes import Wieder


def test_a_kpi_is_explained_without_any_data(wieder: Wieder) -> None:
    page = wieder("explain", "repeat_purchase_rate").out.decode()
    assert "customers with 2 or more purchases / customers" in page
    assert "select" in page


def test_a_kpi_is_explained_with_the_numbers_behind_it(wieder: Wieder) -> None:
    page = wieder("explain", "repeat_purchase_rate", "orders.csv", "--lang", "de").out.decode()
    assert "1 / 2" in page


def test_an_unknown_name_is_answered_with_those_it_may_be(wieder: Wieder) -> None:
    assert "did you mean churn_rate" in fails(wieder("explain", "churn_rat"), 2)
    assert "did you mean cohorts" in fails(wieder("explain", "cohort"), 2)
    assert "did you mean ci_low" in fails(wieder("explain", "ci_lowe"), 2)
    assert "wieder help kpis" in fails(wieder("explain", "xyzzy"), 2)


def test_a_table_is_explained_with_its_key_its_check_and_its_columns(wieder: Wieder) -> None:
    page = wieder("explain", "flow").out.decode()
    assert "dimension, segment, period_start" in page
    assert "wieder verify" in page
    assert "no customer was lost, or the history before the period is shorter" in page
    unchecked = wieder("explain", "churn-list").out.decode()
    assert "Independent check  tests compare both lists" in unchecked


def test_a_table_is_explained_to_programs(wieder: Wieder) -> None:
    rows = {row["column"]: row for row in wieder("explain", "gaps", "--format", "csv").rows()}
    assert rows["km_median"]["type"] == "number"
    assert rows["km_median"]["unit"] == "days"
    assert rows["waiting_30d_low"]["empty"].startswith("no customer was observed for 30 days")
    assert rows["purchases"]["empty"] == ""


def test_a_column_is_explained_in_every_place_that_has_it(wieder: Wieder) -> None:
    rows = wieder("explain", "ci_low", "--format", "csv").rows()
    assert {"kpis", "cohorts", "sequence"} <= {row["place"] for row in rows}
    [orders, spend] = wieder("explain", "amount", "--format", "csv").rows()
    assert (orders["place"], spend["place"]) == ("orders", "spend")
    assert "amount of the row as exported" in orders["label"]


def test_a_name_of_several_things_shows_all_and_programs_get_the_kpi(wieder: Wieder) -> None:
    page = wieder("explain", "revenue").out.decode()
    assert "sum of order amounts" in page
    assert "Column revenue" in page
    assert [row["kpi"] for row in wieder("explain", "revenue", "--format", "csv").rows()] == ["revenue"]
