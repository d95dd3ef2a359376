"""Each rule of the quality gate, checked by hand on a small shop."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from shops import LOADED_AT, shop, silent
from staging import order, stage
from wieder.config import Check, OrderRules, Settings
from wieder.counting.classify import classify
from wieder.counting.quality import RULES, SCHEMA, check, refuse_crossed
from wieder.database import connect
from wieder.errors import QualityError, UsageError
from wieder.store.merge import merge

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from wieder.database import Connection

TODAY = date(2024, 6, 1)
MONDAY = date(2024, 1, 1)


def judged(con: Connection, *, orders: OrderRules | None = None, **thresholds: Any) -> pl.DataFrame:
    settings = Settings(check=Check(**thresholds), orders=orders or OrderRules())
    return check(classify(con, settings, silent), settings, TODAY)


def rule(rows: Iterable[tuple[Any, ...]], slug: str, **thresholds: Any) -> tuple[Any, ...]:
    """State, value, count and example of one rule, for a shop with `rows`."""
    found = judged(shop(rows), **thresholds).filter(rule=slug)
    return found.select("state", "value", "count", "example").row(0)


def daily(numbers: Iterable[int], amount: str = "10") -> list[tuple[Any, ...]]:
    """Orders on each day from a Monday on, as many as `numbers` lists."""
    return [
        (f"{day}-{n}", f"K{n}", f"{MONDAY + timedelta(days=day)}T12:00:00", amount)
        for day, number in enumerate(numbers)
        for n in range(number)
    ]


TWICE = [
    ("1", "A", "2024-01-01T10:00:00", "20"),
    ("2", "A", "2024-01-01T10:09:59", "20"),
    ("3", "A", "2024-01-01T11:00:00", "20"),
    ("4", "A", "2024-01-01T11:01:00", "21"),
]
"""Orders 1 and 2 are equal within ten minutes; 3 is too late, 4 has another amount."""


def test_equal_orders_within_minutes_are_duplicates() -> None:
    assert rule(TWICE, "duplicates") == ("crossed", 0.25, 1, "1, 2")
    assert rule(TWICE, "duplicates", duplicate_minutes=9) == ("ok", 0, 0, None)
    assert rule(TWICE, "duplicates", duplicates=0.25)[0] == "ok"


def test_without_times_of_day_duplicates_are_unknown() -> None:
    days = [(number, customer, when[:10], amount) for number, customer, when, amount in TWICE]
    assert rule(days, "duplicates") == ("unknown", None, None, None)


def test_freshness_is_checked_where_a_limit_is_set() -> None:
    assert rule(TWICE, "freshness") == ("unknown", 152, 152, "2024-01-01")
    assert rule(TWICE, "freshness", freshness_days=151)[0] == "crossed"
    assert rule(TWICE, "freshness", freshness_days=152)[0] == "ok"


FULL = [5] * 28


def test_days_without_orders_are_gaps_where_ten_were_expected() -> None:
    assert rule(daily([*FULL, 0, 0, *[5] * 5]), "gaps") == ("crossed", 2, 2, "2024-01-29")
    assert rule(daily([*FULL, 0, *[5] * 5]), "gaps") == ("ok", 0, 0, None)
    assert rule(daily([*FULL, 0, 0, *[5] * 5]), "gaps", gap_days=2)[0] == "ok"


def test_a_day_on_which_the_shop_never_sells_is_not_a_gap() -> None:
    assert rule(daily([9, 9, 9, 9, 9, 9, 0] * 6), "gaps") == ("ok", 0, 0, None)


def test_a_jump_in_orders_is_seen_against_the_same_weekdays() -> None:
    week = [4, 4, 4, 4, 4, 16, 4]
    quiet, loud = [*week * 9, 4, 4], [*week * 9, 24, 4]
    assert rule(daily(quiet), "order-jumps") == ("ok", 0, 0, "2024-03-04: 4 orders, usually 4")
    assert rule(daily(loud), "order-jumps") == ("crossed", 10, 1, "2024-03-04: 24 orders, usually 4")
    assert rule(daily(loud), "order-jumps", order_jump=10)[:3] == ("ok", 10, 0)


def test_jumps_are_unknown_in_the_first_weeks() -> None:
    assert rule(daily(FULL), "order-jumps") == ("unknown", None, 0, None)
    assert rule(daily(FULL), "value-jumps") == ("unknown", None, 0, None)


def test_a_jump_in_the_order_value_is_seen() -> None:
    rows = daily([20] * 30)
    usual = [*rows, *[(f"x{n}", "A", "2024-01-31T12:00:00", "10") for n in range(20)]]
    cents = [*rows, *[(f"x{n}", "A", "2024-01-31T12:00:00", "11") for n in range(20)]]
    last = ("last", "A", "2024-02-01T12:00:00", "10")
    assert rule([*usual, last], "value-jumps")[:3] == ("ok", 0, 0)
    state, value, count, example = rule([*cents, last], "value-jumps", value_jump=4)
    assert (state, round(value, 6), count) == ("crossed", 5, 1)
    assert example == "2024-01-31: 11.00, usually 10.00"


def test_orders_without_a_customer_are_a_share_of_the_valid_ones() -> None:
    rows = [("1", "A", "2024-01-01", "1"), ("2", None, "2024-01-02", "1"), ("3", None, "2024-01-03", "0")]
    assert rule(rows, "anonymous") == ("ok", 0.5, 1, "2")
    assert rule(rows, "anonymous", anonymous=0.4)[0] == "crossed"


def test_rejected_rows_are_a_share_of_the_rows_read() -> None:
    with connect() as con:
        reject = {"file": "a.csv", "line": 3, "reason": "no-number", "message": "'x' is not a number"}
        stage(con, {"a.csv": [order("1", "A", "2024-01-01", "1")]}, rejects=[reject])
        con.execute("update staged_files set rows_read = 4, rows_rejected = 3")
        merge(con, LOADED_AT)
        found = judged(con).filter(rule="rejected").select("state", "value", "count", "example").row(0)
    assert found == ("crossed", 0.75, 3, "a.csv, line 3: 'x' is not a number")


def test_orders_in_the_future_are_counted_whatever_they_are() -> None:
    rows = [("1", "A", "2024-06-01", "1"), ("2", "A", "2024-06-02", "0"), ("3", "A", "2024-06-03", "-1")]
    assert rule(rows, "future-orders") == ("crossed", 2, 2, "3: 2024-06-03")
    assert rule(rows[:1], "future-orders") == ("ok", 0, 0, None)


def test_data_that_begin_in_full_swing_are_cut_on_the_left() -> None:
    slow, full = daily([1] * 28 + [4] * 196), daily([4] * 224)
    assert rule(slow, "left-truncation", left_truncation=0.5) == ("ok", 0.25, 28, "2024-01-01")
    assert rule(full, "left-truncation", left_truncation=0.5) == ("crossed", 1, 112, "2024-01-01")
    assert rule(full, "left-truncation")[0] == "unknown"
    whole = judged(shop(full), orders=OrderRules(complete_history=True), left_truncation=0.5)
    assert whole.filter(rule="left-truncation")["state"].to_list() == ["unknown"]


def test_one_customer_with_many_orders_may_stand_for_many() -> None:
    rows = [(str(n), "guest" if n < 20 else f"K{n}", "2024-01-01", "1") for n in range(100)]
    assert rule(rows, "largest-customer") == ("crossed", 0.2, 20, "guest")
    assert rule(rows, "largest-customer", largest_customer=0.2)[0] == "ok"
    assert rule(rows[:99], "largest-customer")[:2] == ("unknown", None)


def test_refunds_above_the_amount_are_counted() -> None:
    rows = [
        ("1", "A", "2024-01-01", "10", {"refunded_amount": 10}),
        ("2", "A", "2024-01-02", "10", {"refunded_amount": 11}),
        ("3", "A", "2024-01-03", "10", {"refunded_amount": None}),
    ]
    assert rule(rows, "excessive-refunds") == ("crossed", 1, 1, "2")
    assert rule(rows[2:], "excessive-refunds") == ("unknown", None, 0, None)


def test_every_rule_is_there_once_and_skipped_where_it_is_not_wanted() -> None:
    con = shop(TWICE)
    found = judged(con)
    assert found["rule"].to_list() == [rule.slug for rule in RULES]
    assert found.schema == SCHEMA
    assert "duplicates" not in judged(con, skip=("duplicates",))["rule"].to_list()
    with pytest.raises(UsageError, match="no rule 'doubles'"):
        judged(con, skip=("doubles",))


def test_a_rule_that_is_crossed_is_an_error_with_an_example() -> None:
    message = r"the quality gate failed: .*duplicates is 0\.25, at most 0\.01 is allowed \(1, 2\)"
    with pytest.raises(QualityError, match=message) as caught:
        refuse_crossed(judged(shop(TWICE)))
    assert caught.value.exit_code == 6
    refuse_crossed(judged(shop(TWICE), duplicates=0.5))


def test_without_valid_orders_every_rule_is_unknown_or_ok() -> None:
    found = judged(shop([("1", "A", "2024-01-01", "0")]))
    assert set(found["state"]) == {"ok", "unknown"}
