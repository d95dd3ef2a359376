"""The bridge adds up, whatever happened to the rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shops import LOADED_AT, ask, shop
from staging import order, stage
from wieder.bridge import adds_up
from wieder.database import connect
from wieder.merging import merge

if TYPE_CHECKING:
    from wieder.analysis import Analysis

Drawn = tuple[str | None, date, Decimal, str]

ROWS = [
    ("1", "a", "2024-01-01", "10.005"),
    ("2", "a", "2024-01-02", "20", {"status": "Storniert"}),
    ("3", "b", "2024-01-03", "0"),
    ("4", "b", "2024-01-04", "-7"),
    ("5", None, "2024-01-05", "30", {"n_rows": 3}),
    ("6", "c", "2024-02-01", "99"),
]


def steps_of(found: Analysis) -> dict[str, tuple[int, Decimal]]:
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
@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
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
