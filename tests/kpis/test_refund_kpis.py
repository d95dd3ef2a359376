"""Refunds by hand, and cases that other tools got wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shops import ask, known_shop, row_of, shop
from wieder.config import OrderRules, Settings
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    import polars as pl

AS_OF = "2024-03-01"


def months(rows: list[tuple[Any, ...]], **question: Any) -> pl.DataFrame:
    return ask(shop(rows), PeriodKind.MONTH, as_of=AS_OF, **question).results


def value(results: pl.DataFrame, kpi: str, start: str | None = None) -> Any:
    return row_of(results, kpi, start)["value"]


ROWS: list[tuple[Any, ...]] = [
    ("1", "a", "2024-01-10", "100", {"refunded_amount": "30", "refunded_at": "2024-02-03"}),
    ("2", "a", "2024-02-10", "100", {"refunded_amount": "100", "refunded_at": "2024-02-11"}),
    ("3", None, "2024-02-11", "50", {"refunded_amount": "0"}),
    ("4", "b", "2024-02-12", "40", {"refunded_amount": "60", "refunded_at": "2024-02-12"}),
]


def test_both_datings() -> None:
    """January's order is refunded in February; the net amount of an order is never negative."""
    results = months(ROWS)
    january, february = "2024-01-01", "2024-02-01"
    assert [value(results, "refunds", start) for start in (january, february)] == [30, 140]
    assert [value(results, "refunds_by_refund_day", start) for start in (january, february)] == [0, 170]
    assert [value(results, "net_revenue", start) for start in (january, february)] == [70, 50]
    assert [value(results, "revenue", start) for start in (january, february)] == [100, 190]


def test_the_refund_rate_is_a_share_of_orders() -> None:
    rate = row_of(months(ROWS), "refund_rate", "2024-02-01")
    assert (rate["numerator"], rate["denominator"]) == (2, 3)
    assert 0 < rate["ci_low"] < rate["value"] < rate["ci_high"] < 1


def test_a_fully_refunded_second_order_is_an_order_still() -> None:
    results = ask(known_shop(ROWS), as_of=AS_OF).results
    assert row_of(results, "repeat_purchase_rate")["numerator"] == 1
    assert value(results, "orders") == 4


def test_refunds_after_the_as_of_day_are_not_known_yet() -> None:
    results = ask(known_shop(ROWS), as_of="2024-02-01").results
    assert (value(results, "refunds"), value(results, "net_revenue")) == (0, 100)


def test_refunds_that_no_export_has_are_unknown_and_not_0() -> None:
    results = months([row[:4] for row in ROWS])
    for kpi in ("refunds", "net_revenue", "refunds_by_refund_day", "refund_rate"):
        assert row_of(results, kpi, "2024-02-01")["state"] == "none"
    assert value(results, "revenue", "2024-02-01") == 190


def test_a_shop_that_refunded_nothing_is_known_to_have_refunded_nothing() -> None:
    results = months([(*row[:4], {"refunded_amount": "0"}) for row in ROWS])
    assert [value(results, kpi, "2024-02-01") for kpi in ("refunds", "refunds_by_refund_day")] == [0, 0]


def test_an_order_from_a_file_without_refunds_is_in_no_refund_rate() -> None:
    rate = row_of(ask(shop([*ROWS, ("5", "c", "2024-02-13", "9")]), as_of=AS_OF).results, "refund_rate")
    assert (rate["numerator"], rate["denominator"]) == (3, 4)


def test_refunds_are_cut_by_the_order_itself() -> None:
    rows = [(*row[:4], {**row[4], "channel": channel}) for row, channel in zip(ROWS, "xyxy", strict=True)]
    results = ask(shop(rows), as_of=AS_OF, by=("channel",)).results
    for kpi, by_channel in {"refunds": (30, 140), "refunds_by_refund_day": (30, 140)}.items():
        found = [row_of(results, kpi, segment=channel, dimension="channel")["value"] for channel in "xy"]
        assert tuple(found) == by_channel


def test_woocommerce_free_orders_change_the_average() -> None:
    """WooCommerce pull request 68075: all 194 orders average 111.99, the 107 that were not free 203.04."""
    paid = [(f"p{n}", f"c{n}", "2024-01-01", "203.04") for n in range(106)]
    free = [(f"f{n}", f"c{n}", "2024-01-01", "0") for n in range(87)]
    con = shop([*paid, *free, ("last", "c1", "2024-01-02", "203.56")])
    every = Settings(orders=OrderRules(count_zero=True))
    for settings, orders, average in ((Settings(), 107, 203.04), (every, 194, 111.99)):
        results = ask(con, options=settings, as_of=AS_OF).results
        assert value(results, "orders") == orders
        assert value(results, "revenue") == 21_725.80
        assert round(value(results, "average_order_value"), 2) == average


def test_woocommerce_a_refund_is_deducted_once() -> None:
    """WooCommerce issue 5766: five orders of 20, one of them refunded, are 80, not 60."""
    refunds = ["0", "0", "20", "0", "0"]
    rows = [
        (f"o{n}", "a", "2024-01-01", "20", {"refunded_amount": refund}) for n, refund in enumerate(refunds)
    ]
    results = ask(shop(rows), as_of=AS_OF).results
    assert (value(results, "net_revenue"), value(results, "orders")) == (80, 5)


def test_metorik_the_total_of_a_customer() -> None:
    """Two orders with a total of 100, of which 30 was refunded: 70."""
    rows = [
        ("1", "a", "2024-01-01", "60", {"refunded_amount": "30"}),
        ("2", "a", "2024-01-02", "40", {"refunded_amount": "0"}),
    ]
    assert value(ask(shop(rows), as_of=AS_OF).results, "net_revenue") == 70
