"""The causes of restated values."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from wieder.kpis.base import State
from wieder.questions.restated.comparison import CAUSES, restated
from wieder.questions.restated.kept import KEPT
from wieder.questions.restated.table import RESTATED

PERIODS = {1: (date(2024, 1, 1), date(2024, 2, 1)), 2: (date(2024, 2, 1), date(2024, 3, 1))}
SETTINGS = {"orders.count_zero": False, "retention.window_days": 180}


def kept(*values: dict[str, Any]) -> pl.DataFrame:
    """Rows of KEPT: revenue of 100 in January from 10 known orders, with the given values replaced."""
    usual: dict[str, Any] = {
        **dict.fromkeys(KEPT),
        "kpi": "revenue",
        "version": 1,
        "dimension": "",
        "segment": "",
        "value": 100.0,
        "state": State.FINAL.value,
        "as_of": date(2024, 3, 1),
        "load": 1,
        "settings": json.dumps(SETTINGS),
        "known_orders": 10,
        "known_amount": Decimal(100),
        "excluded_orders": 0,
        "refunded_orders": 0,
        "refunded_amount": Decimal(0),
        "merged_customers": 0,
    }
    rows = []
    for value in values:
        start, end = PERIODS[value.pop("month", 1)]
        rows.append(usual | {"period_start": start, "period_end": end} | value)
    return pl.DataFrame(rows, schema=KEPT, orient="row")


def row(then: pl.DataFrame, now: pl.DataFrame) -> dict[str, Any]:
    found = restated(then, now)
    assert found.height == 1
    return found.row(0, named=True)


def test_unchanged_values_are_not_restated() -> None:
    same = restated(kept({}), kept({"value": 100.0 + 1e-12, "known_orders": 11}))
    assert same.is_empty()
    assert same.schema == RESTATED.schema


@pytest.mark.parametrize(
    ("then", "now", "causes"),
    [
        ({}, {"known_orders": 13}, "late-orders"),
        ({}, {"known_orders": 8}, "missing-orders"),
        ({}, {"excluded_orders": 2}, "excluded-orders"),
        ({"excluded_orders": 2}, {}, "readmitted-orders"),
        ({}, {"known_amount": Decimal("99.9")}, "corrected-amounts"),
        ({}, {"known_orders": 11, "known_amount": Decimal(120)}, "late-orders"),
        ({"kpi": "net_revenue"}, {"kpi": "net_revenue", "refunded_amount": Decimal(5)}, "refunds"),
        ({"kpi": "refunds_by_refund_day"}, {"kpi": "refunds_by_refund_day"}, "refunds"),
        ({}, {"refunded_amount": Decimal(5)}, "unknown"),
        ({}, {"merged_customers": 2}, "merged-customers"),
        ({}, {"version": 2}, "definition"),
        ({}, {"settings": json.dumps(SETTINGS | {"orders.count_zero": True})}, "settings"),
        ({"state": "partial"}, {}, "matured"),
        ({"state": "partial"}, {"known_orders": 12}, "late-orders matured"),
        ({}, {}, "unknown"),
    ],
)
def test_every_cause_is_found(then: dict[str, Any], now: dict[str, Any], causes: str) -> None:
    found = row(kept(then), kept({"value": 90.0} | now))
    assert found["causes"] == causes
    assert (found["then"], found["value"], found["difference"]) == (100, 90, -10)
    assert set(causes.split()) <= set(CAUSES)


def test_orders_of_another_period_are_the_cause_where_the_period_has_none() -> None:
    """An order in January decides whether a customer is returning in February."""
    then = kept({}, {"month": 2, "kpi": "returning_customer_rate", "value": 0.5})
    now = kept({"known_orders": 11}, {"month": 2, "kpi": "returning_customer_rate", "value": 0.6})
    found = row(then, now)
    assert (found["causes"], found["more_known_orders"], found["changed_periods"]) == ("other-periods", 0, 1)


def test_a_value_that_was_unknown_has_no_difference() -> None:
    found = row(kept({"value": None, "state": "none"}), kept({}))
    assert (found["then"], found["value"], found["difference"]) == (None, 100, None)


def test_settings_that_changed_are_named() -> None:
    now = {"value": 1.0, "settings": json.dumps({"retention.window_days": 90, "orders.count_zero": True})}
    assert row(kept({}), kept(now))["changed_settings"] == "orders.count_zero retention.window_days"


def test_periods_and_kpis_of_one_side_are_left_out() -> None:
    then = kept({}, {"month": 2})
    assert restated(then, kept({"kpi": "orders"})).is_empty()
    assert restated(kept({}), kept({}, {"month": 2, "value": 7.0})).is_empty()
