"""Cases with published answers, from shops and their tools, that no other test covers.

Other cases are next to their subject: cohorts (PostHog 13748, SHOPLINE, the local day), refunds and free
orders (WooCommerce, Metorik), the flow of a quarter, and the models (CDNOW).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from asked import answered, asked_of
from shops import TODAY, ask, row_of, settings, shop
from wieder.periods import PeriodKind
from wieder.questions.flow import QUESTION as FLOW

if TYPE_CHECKING:
    from typing import Any

pytestmark = pytest.mark.core


def value(results: pl.DataFrame, kpi: str, start: str | None = None) -> Any:
    return row_of(results, kpi, start)["value"]


def test_triple_whale_orders_without_a_customer_are_a_class_of_their_own() -> None:
    """Of 200 orders, 40 are anonymous, 100 first and 60 returning: 37.5 % of identified ones, 30 % of all."""
    first = [(f"f{n}", f"c{n}", "2024-01-01", "1") for n in range(100)]
    returning = [(f"r{n}", f"c{n}", "2024-01-02", "1") for n in range(60)]
    unknown = [(f"u{n}", None, "2024-01-03", "1") for n in range(40)]
    results = ask(shop([*first, *returning, *unknown]), as_of="2024-02-01").results
    new, back, anonymous = (value(results, f"{kind}_orders") for kind in ("new", "returning", "anonymous"))
    assert (new, back, anonymous, value(results, "orders")) == (100, 60, 40, 200)
    assert (back / (new + back), back / value(results, "orders")) == (0.375, 0.3)


def test_sourcemedium_customers_of_days_do_not_add_up_to_those_of_the_week() -> None:
    """One new and one returning customer in July, three orders; two days in a week are one customer."""
    rows = [
        ("1", "old", "2024-06-03", "1"),
        ("2", "old", "2024-07-02", "1"),
        ("3", "new", "2024-07-09", "1"),
        ("4", "new", "2024-07-11", "1"),
    ]
    con = shop(rows)
    july = ask(con, PeriodKind.MONTH, as_of="2024-08-01").results
    counts = ("orders", "new_orders", "customers")
    assert [value(july, kpi, "2024-07-01") for kpi in counts] == [3, 1, 2]
    assert row_of(july, "returning_customer_rate", "2024-07-01")["numerator"] == 1
    weeks = ask(con, PeriodKind.WEEK, as_of="2024-08-01").results
    assert value(weeks, "customers", "2024-07-08") == 1
    days = ask(con, PeriodKind.DAY, as_of="2024-08-01").results
    assert sum(value(days, "customers", f"2024-07-{day:02}") for day in range(8, 15)) == 2


def test_hublify_the_textbook_rate_holds_where_nobody_is_reactivated() -> None:
    """1,000 at the start, 1,200 at the end, 400 of them new: (end - new) / start = 80 % retained."""
    january = [(f"j{n}", f"c{n}", "2024-01-20", "1") for n in range(1000)]
    kept = [(f"k{n}", f"c{n}", "2024-02-10", "1") for n in range(800)]
    new = [(f"n{n}", f"d{n}", "2024-02-11", "1") for n in range(400)]
    con, options = shop([("0", None, "2024-01-01", "1"), *january, *kept, *new]), settings(window=29)
    flows = answered(FLOW, asked_of(con, PeriodKind.MONTH, options, as_of=TODAY)).frame
    [flow] = flows.filter(pl.col("period_start").cast(pl.String) == "2024-02-01").to_dicts()
    assert (flow["active_start"], flow["active_end"], flow["new"], flow["reactivated"]) == (
        1000,
        1200,
        400,
        0,
    )
    results = ask(con, PeriodKind.MONTH, options, as_of="2024-03-01").results
    textbook = (flow["active_end"] - flow["new"]) / flow["active_start"]
    assert value(results, "base_retention_rate", "2024-02-01") == textbook == 0.8


def test_asdecker_returns_by_orders_and_by_value() -> None:
    """Orders of 3 x 100, 2 x 75 and 1 x 50; 2 x 100 and 1 x 75 are returned: 2 of 3 orders, 275 of 500."""
    rows = [
        ("1", "a", "2024-01-01", "300", {"refunded_amount": "200"}),
        ("2", "b", "2024-01-02", "150", {"refunded_amount": "75"}),
        ("3", "c", "2024-01-03", "50", {"refunded_amount": "0"}),
    ]
    results = ask(shop(rows), as_of="2024-02-01").results
    assert value(results, "refund_rate") == 2 / 3
    assert value(results, "refunds") / value(results, "revenue") == 0.55
