"""Validity of orders: every rule by hand, with its step in the bridge."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from shops import ask, row_of, shop
from wieder.config import OrderRules, Settings
from wieder.counting.bridge import adds_up
from wieder.counting.classify import classify
from wieder.database import connect
from wieder.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shops import Found
    from wieder.database import Connection
    from wieder.notices import Notice

AS_OF = "2024-03-01"


def rules(**options: Any) -> Settings:
    return Settings(orders=OrderRules(**options))


def steps_of(found: Found) -> Mapping[str, tuple[int, Decimal]]:
    assert adds_up(found.bridge)
    return {step: (n, amount) for step, n, amount in found.bridge.iter_rows()}


def told(con: Connection, settings: Settings) -> list[Notice]:
    """The notices about the orders."""
    heard: list[Notice] = []
    classify(con, settings, heard.append)
    return heard


def test_an_unpaid_order_counts_unless_the_settings_exclude_it() -> None:
    """Paid and payable orders are valid."""
    con = shop([("1", "a", "2024-01-01", "10"), ("2", "b", "2024-01-02", "20", {"status": " Ausstehend"})])
    assert steps_of(ask(con, as_of=AS_OF))["kpi_orders"] == (2, Decimal(30))
    assert "orders_unpaid" not in steps_of(ask(con, as_of=AS_OF))
    steps = steps_of(ask(con, options=rules(count_unpaid=False), as_of=AS_OF))
    assert steps["orders_unpaid"] == (-1, Decimal(-20))
    assert steps["kpi_orders"] == (1, Decimal(10))


def test_the_first_reason_that_holds_is_the_one() -> None:
    con = shop([("1", "a", "2024-01-01", "10"), ("2", "b", "2024-01-02", "0", {"status": "pending"})])
    options = rules(unpaid=("pending",), cancelled=("pending",), count_unpaid=False)
    steps = steps_of(ask(con, options=options, as_of=AS_OF))
    assert [steps[f"orders_{name}"][0] for name in ("cancelled", "unpaid", "zero")] == [-1, 0, 0]


def test_conditions_exclude_orders_under_their_names() -> None:
    con = shop(
        [
            ("1", "anna", "2024-01-01", "10", {"items": "mug"}),
            ("2", "test", "2024-01-02", "1", {"items": "mug"}),
            ("3", "bea", "2024-01-03", "50", {"items": "gift card"}),
            ("4", "test", "2024-01-04", "25", {"items": "gift card"}),
            ("5", None, "2024-01-05", "7"),
        ]
    )
    exclude = {"test": "customer_id = 'test'", "gift_card": "items = 'gift card' -- alone"}
    steps = steps_of(ask(con, options=rules(exclude=exclude), as_of=AS_OF))
    assert steps["orders_excluded.test"] == (-2, Decimal(-26))
    assert steps["orders_excluded.gift_card"] == (-1, Decimal(-50))
    assert steps["kpi_orders"] == (2, Decimal(17))


def test_test_orders_and_groups_do_not_count_unless_it_is_said() -> None:
    con = shop(
        [
            ("1", "a", "2024-01-01", "10", {"is_test": "false", "customer_group": "Retail"}),
            ("2", "b", "2024-01-02", "20", {"is_test": " Ja", "customer_group": "B2B"}),
            ("3", "c", "2024-01-03", "40", {"customer_group": " b2b "}),
        ]
    )
    steps = steps_of(ask(con, as_of=AS_OF))
    assert steps["orders_test"] == (-1, Decimal(-20))
    assert steps["kpi_orders"] == (2, Decimal(50))
    assert "orders_customer_group" not in steps
    steps = steps_of(ask(con, options=rules(excluded_groups=("B2B",)), as_of=AS_OF))
    assert steps["orders_customer_group"] == (-1, Decimal(-40))
    steps = steps_of(ask(con, options=rules(count_test=True), as_of=AS_OF))
    assert "orders_test" not in steps
    assert steps["kpi_orders"] == (3, Decimal(70))


REFUNDED = [
    ("1", "a", "2024-01-01", "10", {"refunded_amount": "0"}),
    ("2", "a", "2024-01-05", "20", {"refunded_amount": "20", "refunded_at": "2024-01-09"}),
    ("3", "b", "2024-01-02", "30", {"refunded_amount": "29.99"}),
    ("4", "c", "2024-01-03", "40", {"status": "Erstattet"}),
]


def test_on_the_net_basis_a_fully_refunded_order_is_not_a_purchase() -> None:
    """A fully refunded second order is not a repeat purchase on the net basis."""
    con = shop(REFUNDED)
    found = ask(con, as_of=AS_OF)
    assert "orders_refunded" not in steps_of(found)
    assert row_of(found.results, "repeat_purchase_rate")["numerator"] == 1
    net = ask(con, options=rules(count_refunded=False), as_of=AS_OF)
    assert steps_of(net)["orders_refunded"] == (-2, Decimal(-60))
    assert steps_of(net)["kpi_orders"] == (2, Decimal(40))
    assert row_of(net.results, "repeat_purchase_rate")["numerator"] == 0


def test_a_shop_that_marks_no_tests_has_no_step_for_them() -> None:
    assert "orders_test" not in steps_of(ask(shop([("1", "a", "2024-01-01", "10")]), as_of=AS_OF))


def test_an_order_with_an_unclear_test_mark_counts_and_gives_a_notice() -> None:
    con = shop([("1", "a", "2024-01-01", "10", {"is_test": "B"})])
    [notice] = told(con, Settings())
    assert (notice.slug, notice.message) == (
        "test-orders-unclear",
        "is_test is neither yes nor no for 1 orders, such as 'B': they count",
    )
    assert told(con, rules(count_test=True)) == []


def test_groups_that_no_order_has_give_a_notice_or_are_refused() -> None:
    con = shop([("1", "a", "2024-01-01", "10", {"customer_group": "Retail"})])
    [notice] = told(con, rules(excluded_groups=("retail", "Wholesale")))
    assert notice.message == "[orders] excluded_groups: no order has the customer group 'wholesale'"
    with pytest.raises(UsageError, match="no order has a customer_group"):
        classify(shop([("1", "a", "2024-01-01", "10")]), rules(excluded_groups=("B2B",)), lambda _: None)


@pytest.mark.parametrize(
    ("name", "condition", "message"),
    [
        ("b2b", "company is not null", "no column company"),
        ("b2b", "amount + 1", "not true or false"),
        ("b2b", "amount > (select 1)", "not allowed"),
        ("b2b", "cast(order_id as integer) > 1", "fails on an order"),
        ("B2B!", "true", "this name is not valid"),
    ],
)
def test_conditions_that_cannot_hold_are_refused(name: str, condition: str, message: str) -> None:
    con = shop([("A1", "a", "2024-01-01", "10")])
    with pytest.raises(UsageError, match=message):
        classify(con, rules(exclude={name: condition}), lambda _: None)


PARTS = {"shipping": "4.90", "tax": "1.50"}


def test_parts_taken_off_the_amount_are_steps_of_the_bridge() -> None:
    """The second order consists of shipping only, so it contains no merchandise."""
    con = shop(
        [
            ("1", "a", "2024-01-01", "20", PARTS),
            ("2", "b", "2024-01-02", "4.90", {"shipping": "4.90"}),
        ]
    )
    found = ask(con, options=rules(amount_less=("shipping", "tax")), as_of=AS_OF)
    steps = steps_of(found)
    assert steps["rows_read"] == (2, Decimal("24.90"))
    assert steps["less_shipping"] == (0, Decimal("-9.80"))
    assert steps["less_tax"] == (0, Decimal("-1.50"))
    assert steps["orders_zero"] == (-1, Decimal(0))
    assert steps["kpi_orders"] == (1, Decimal("13.60"))
    assert row_of(found.results, "revenue")["value"] == 13.6


def test_a_part_that_no_order_has_is_refused_and_one_that_some_lack_gives_a_notice() -> None:
    con = shop([("1", "a", "2024-01-01", "20", PARTS), ("2", "b", "2024-01-02", "20")])
    with pytest.raises(UsageError, match="no column discount"):
        classify(con, rules(amount_less=("discount",)), lambda _: None)
    [notice] = told(con, rules(amount_less=("tax",)))
    assert (notice.slug, notice.message[:8]) == ("amount-part-unknown", "1 orders")


def test_odd_refunds_give_notices() -> None:
    con = shop(
        [
            ("1", "a", "2024-01-01", "20", {"refunded_amount": "5", "refunded_at": "2024-01-05"}),
            ("2", "b", "2024-01-02", "20", {"refunded_amount": "21.5"}),
            ("3", "b", "2024-01-02", "30", {"refunded_amount": "99", "status": "cancelled"}),
            ("4", "b", "2024-01-02", "20"),
        ]
    )
    notices = {notice.slug: notice.message for notice in told(con, Settings())}
    assert list(notices) == ["refund-above-order", "refunds-unknown", "refunds-undated"]
    assert "2 (21.5000 of 20.0000)" in notices["refund-above-order"]
    assert notices["refunds-unknown"].startswith("1 of 3 orders")
    assert notices["refunds-undated"].startswith("1 of 2 refunds")


def test_a_shop_without_refunds_gets_no_notice_about_them() -> None:
    assert told(shop([("1", "a", "2024-01-01", "20")]), Settings()) == []


def test_a_store_without_the_newer_columns_is_read() -> None:
    """Older stores have these columns as text, and only if the exports had them."""
    con = shop([("1", "a", "2024-01-01", "20"), ("2", "a", "2024-02-01", "30")])
    con.execute("alter table orders drop column refunded_at")
    con.execute("alter table orders alter column refunded_amount type VARCHAR")
    con.execute("update orders set refunded_amount = '2.50'")
    results = ask(con, as_of=AS_OF).results
    assert row_of(results, "net_revenue")["value"] == 45
    assert row_of(results, "refunds_by_refund_day")["value"] is None


def test_an_empty_store_has_no_orders() -> None:
    con = connect()
    con.execute("create table orders as select 1 as customer, '' as status, 1.0 as amount where false")
    con.execute("create table customer_keys (customer INTEGER, customer_key VARCHAR)")
    classify(con, Settings(), lambda _: None)
    assert con.execute("from classified_orders").fetchall() == []
