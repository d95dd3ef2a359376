"""Restated results for readers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from wieder.periods import PeriodKind
from wieder.questions.restated.comparison import CAUSES
from wieder.questions.restated.grid import restated_grid
from wieder.questions.restated.table import RESTATED

if TYPE_CHECKING:
    from wieder.locale.text import Lang


def restated(**values: Any) -> pl.DataFrame:
    usual = {
        **dict.fromkeys(RESTATED.schema),
        "kpi": "revenue",
        "period_start": date(2024, 2, 1),
        "period_end": date(2024, 3, 1),
        "then_as_of": date(2024, 3, 4),
        "then": 100.0,
        "then_state": "final",
        "value": 120.5,
        "difference": 20.5,
        "causes": "late-orders refunds",
        "more_known_orders": 3,
        "more_excluded_orders": 1,
        "more_known_amount": Decimal("1234.5"),
        "more_refunded_amount": Decimal(-5),
        "more_merged_customers": 2,
        "changed_periods": 1,
        "changed_settings": "orders.count_zero retention.window_days",
    }
    return pl.DataFrame([usual | values], schema=RESTATED.schema, orient="row")


def cells(frame: pl.DataFrame, lang: Lang = "en") -> list[list[str]]:
    grid = restated_grid(frame, lang, "EUR", PeriodKind.MONTH)
    return [[cell.text for cell in row.cells] for row in grid.rows]


def test_a_row_shows_both_values_and_the_causes() -> None:
    frame = restated()
    expected = ["Feb 2024", "Revenue", "€100.00", "€120.50", "+€20.50", "3 late orders, refunds of −€5.00"]
    assert cells(frame) == [expected]
    assert restated_grid(frame, "en", "EUR", PeriodKind.MONTH).title == (
        "Restated since the report as of 4 March 2024"
    )


def test_values_that_were_not_final_are_left_out() -> None:
    assert cells(restated(then_state="partial")) == []


@pytest.mark.parametrize(("value", "n_rows"), [(0.5022, 0), (0.5026, 1), (None, 1)])
def test_differences_in_no_written_digit_are_left_out(value: float | None, n_rows: int) -> None:
    difference = None if value is None else value - 0.5021
    frame = restated(kpi="churn_rate", then=0.5021, value=value, difference=difference)
    assert len(cells(frame)) == n_rows


def test_an_empty_comparison_has_a_title_of_its_own() -> None:
    grid = restated_grid(pl.DataFrame(schema=RESTATED.schema), "de", "EUR", PeriodKind.MONTH)
    assert (grid.title, grid.rows) == ("Nichts wurde nachträglich geändert", ())


@pytest.mark.parametrize("cause", CAUSES)
def test_every_cause_has_words_in_both_languages(cause: str) -> None:
    english, german = (cells(restated(causes=cause), lang)[0][-1] for lang in ("en", "de"))
    assert english != german
    assert cause not in {english, german}
