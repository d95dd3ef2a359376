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


def test_an_unknown_kpi_is_answered_with_those_it_may_be(wieder: Wieder) -> None:
    assert "did you mean churn_rate" in fails(wieder("explain", "churn"), 2)
