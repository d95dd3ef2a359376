"""The bridge adds up, whatever happened to the rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shops import LOADED_AT, ask, shop
from staging import order, stage
from wieder.config import OrderRules, Settings
from wieder.counting.bridge import adds_up, coverage
from wieder.database import connect
from wieder.store.merge import merge

if TYPE_CHECKING:
    from shops import Found

Drawn = tuple[str | None, date, Decimal, str]

ROWS = [
    ("1", "a", "2024-01-01", "10.005"),
    ("2", "a", "2024-01-02", "20", {"status": "Storniert"}),
    ("3", "b", "2024-01-03", "0"),
    ("4", "b", "2024-01-04", "-7"),
    ("5", None, "2024-01-05", "30", {"n_rows": 3}),
    ("6", "c", "2024-02-01", "99"),
]


def steps_of(found: Found) -> dict[str, tuple[int, Decimal]]:
    return {row[0]: (row[1], row[2]) for row in found.bridge.select("step", "rows", "amount").iter_rows()}


def test_every_row_is_somewhere() -> None:
    found = ask(shop(ROWS), as_of="2024-02-01", since="2024-01-02")
    assert steps_of(found) == {
        "rows_read": (8, Decimal("152.005")),
        "rows_rejected": (0, 0),
        "rows_left_out": (0, 0),
        "rows_merged": (-2, 0),
        "orders_replaced": (0, 0),
        "orders_cancelled": (-1, Decimal(-20)),
        "orders_zero": (-1, 0),
        "orders_negative": (-1, Decimal(7)),
        "orders_after_as_of": (-1, Decimal(-99)),
        "orders_before_from": (-1, Decimal("-10.005")),
        "orders_after_to": (0, 0),
        "kpi_orders": (1, Decimal(30)),
        "of_which_identified": (0, 0),
        "of_which_anonymous": (1, Decimal(30)),
    }
    assert adds_up(found.bridge)


def test_a_later_export_replaces_the_older_state() -> None:
    con = connect()
    stage(
        con,
        {"monday.csv": [order("1", "a", "2024-01-01", "10", n_rows=2), order("2", "b", "2024-01-01", "5")]},
    )
    merge(con, LOADED_AT)
    stage(con, {"tuesday.csv": [order("1", "a", "2024-01-01", "8")]})
    merge(con, LOADED_AT)
    found = ask(con, as_of="2024-02-01")
    steps = steps_of(found)
    assert steps["rows_read"] == (4, Decimal(23))
    assert steps["orders_replaced"] == (-1, Decimal(-10))
    assert steps["kpi_orders"] == (2, Decimal(13))
    assert adds_up(found.bridge)


AMOUNTS = st.decimals("-50", "5000", places=3)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", None]),
            st.dates(date(2015, 1, 1), date(2022, 1, 1)),
            AMOUNTS,
            st.sampled_from(["paid", "failed"]),
        )
    )
)
@hypothesis_settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_bridge_adds_up_to_the_kpi_revenue(drawn: list[Drawn]) -> None:
    rows = [
        (f"o{i}", who, f"{day}", amount, {"status": status})
        for i, (who, day, amount, status) in enumerate(drawn)
    ]
    con = shop([*rows, ("first", "a", "2014-12-31", "1")])
    found = ask(con, as_of="2020-01-01", since="2015-01-01")
    assert adds_up(found.bridge)
    revenue = found.results.filter(kpi="revenue", dimension="")["value"].item()
    total = found.bridge.filter(pl.col("step") == "kpi_orders")["amount"].item()
    assert abs(Decimal(revenue) - total) < Decimal("0.0001")


def test_a_bridge_with_a_step_missing_does_not_add_up() -> None:
    found = ask(shop(ROWS), as_of="2024-02-01")
    assert not adds_up(found.bridge.filter(pl.col("step") != "orders_cancelled"))


REFUNDED = [
    ("1", "a", "2024-01-10", "100", {"refunded_amount": "30", "refunded_at": "2024-02-03"}),
    ("2", "a", "2024-02-10", "100", {"refunded_amount": "0"}),
    ("3", "b", "2024-02-11", "50", {"refunded_amount": "50", "refunded_at": "2024-02-20"}),
    ("4", "b", "2024-02-12", "40", {"refunded_amount": "10", "refunded_at": "2024-03-05"}),
    (
        "5",
        "b",
        "2024-02-13",
        "70",
        {"refunded_amount": "70", "refunded_at": "2024-02-14", "status": "failed"},
    ),
]


def test_refunds_are_taken_off_by_the_day_of_the_order_and_of_the_refund() -> None:
    """Of February's orders 50 was refunded, 10 of it later; in February, also 30 of January's orders."""
    found = ask(shop(REFUNDED), as_of="2024-03-01", since="2024-02-01", until="2024-03-01")
    steps = steps_of(found)
    assert list(steps)[-4:] == [
        "refunds_of_these_orders",
        "net_revenue",
        "refunds_in_this_period",
        "net_revenue_by_refund_day",
    ]
    assert steps["kpi_orders"] == (3, Decimal(190))
    assert steps["refunds_of_these_orders"] == (1, Decimal(-50))
    assert steps["net_revenue"] == (3, Decimal(140))
    assert steps["refunds_in_this_period"] == (2, Decimal(-80))
    assert steps["net_revenue_by_refund_day"] == (3, Decimal(110))
    assert adds_up(found.bridge)


def test_refunds_of_unknown_days_are_in_one_dating_only() -> None:
    rows = [("1", "a", "2024-01-10", "100", {"refunded_amount": "30"})]
    assert list(steps_of(ask(shop(rows), as_of="2024-03-01")))[-2:] == [
        "refunds_of_these_orders",
        "net_revenue",
    ]


def test_a_sum_of_refunds_that_is_wrong_does_not_add_up() -> None:
    found = ask(shop(REFUNDED), as_of="2024-04-01")
    wrong = pl.when(pl.col("step") == "net_revenue").then(pl.col("amount") + 1).otherwise(pl.col("amount"))
    assert adds_up(found.bridge)
    assert not adds_up(found.bridge.with_columns(wrong.cast(pl.Decimal(38, 4)).alias("amount")))


EVERY_RULE = st.fixed_dictionaries(
    {
        "count_zero": st.booleans(),
        "count_unpaid": st.booleans(),
        "count_test": st.booleans(),
        "count_refunded": st.booleans(),
        "excluded_groups": st.sampled_from([(), ("B2B",)]),
        "exclude": st.sampled_from(
            [{}, {"test": "customer_id = 'a'"}, {"b2b": "amount > 90", "odd": "tax > 5"}]
        ),
        "amount_less": st.sampled_from([(), ("tax",), ("shipping", "tax")]),
    }
)
STATED = st.tuples(
    st.sampled_from(["a", "b", None]),
    st.dates(date(2019, 12, 1), date(2020, 3, 1)),
    st.decimals("-20", "200", places=2),
    st.sampled_from(["paid", "failed", "pending", "refunded", None]),
    st.decimals("0", "30", places=2),
    st.sampled_from([None, "0", "5.55", "500"]),
    st.one_of(st.none(), st.dates(date(2019, 12, 1), date(2020, 3, 1))),
    st.sampled_from([{}, {"is_test": "yes"}, {"is_test": "no", "customer_group": "b2b"}]),
)


@given(st.lists(STATED, max_size=12), EVERY_RULE)
@hypothesis_settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_bridge_adds_up_under_every_combination_of_rules(
    drawn: list[Any], options: dict[str, Any]
) -> None:
    rows = [
        (
            f"o{number}",
            customer,
            f"{day}",
            amount,
            {
                "status": status,
                "tax": str(part),
                "shipping": "1",
                "refunded_amount": refund,
                "refunded_at": refunded_at,
                **marks,
            },
        )
        for number, (customer, day, amount, status, part, refund, refunded_at, marks) in enumerate(drawn)
    ]
    first = {"tax": "1", "shipping": "1", "customer_group": "retail"}
    con = shop([*rows, ("first", "c", "2019-11-30", "80", first)])
    found = ask(con, options=Settings(orders=OrderRules(**options)), as_of="2020-02-01", since="2019-12-15")
    assert adds_up(found.bridge)
    steps = steps_of(found)
    for kpi, step in {
        "revenue": "kpi_orders",
        "net_revenue": "net_revenue",
        "refunds": "refunds_of_these_orders",
        "refunds_by_refund_day": "refunds_in_this_period",
    }.items():
        if value := found.results.filter(kpi=kpi, dimension="")["value"].item():
            assert abs(abs(Decimal(value)) - abs(steps[step][1])) < Decimal("0.0001")


def test_the_coverage_is_not_rounded_to_all_or_none() -> None:
    rows = [("1", None, "2024-01-01", "1"), *((f"o{n}", "a", "2024-01-02", "10") for n in range(3000))]
    found = ask(shop(rows), as_of="2024-03-01")
    assert coverage(found.bridge).message.startswith("3,000 of 3,001 orders (99.9%) and 99.9% of the revenue")
    everybody = ask(shop(rows[1:3]), as_of="2024-03-01")
    assert coverage(everybody.bridge).message.startswith("2 of 2 orders (100.0%) and 100.0%")
