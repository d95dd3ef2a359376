"""The mart of customers and periods, against a count in plain Python."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from wieder.marts.customer_periods import customer_periods

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "customer": pl.Int32, "period": pl.Int32, "day": pl.Date, "segment": pl.Int32,
    "starts_occasion": pl.Boolean, "revenue": pl.Decimal(18, 4),
}  # fmt: skip
START = date(2024, 1, 1)


def order(customer: int, day: int, cents: int) -> dict[str, Any]:
    """One order; periods have ten days, and the first ten days are before the first period."""
    return {
        "customer": customer,
        "period": day // 10 - 1,
        "day": START + timedelta(days=day),
        "segment": customer % 2,
        "starts_occasion": cents % 2 == 0,
        "revenue": Decimal(cents) / 100,
    }


def counted(orders: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The rows of the mart, by plain Python."""
    rows = []
    for customer in sorted({one["customer"] for one in orders}):
        own = [one for one in orders if one["customer"] == customer]
        periods = sorted({one["period"] for one in own})
        of = {period: [one for one in own if one["period"] == period] for period in periods}
        last_days = {period: max(one["day"] for one in of[period]) for period in periods}
        for before, period, after in zip([None, *periods], periods, [*periods[1:], None], strict=False):
            rows.append(
                (
                    customer, period, customer % 2, last_days[period], len(of[period]),
                    sum(one["starts_occasion"] for one in of[period]),
                    sum(one["revenue"] for one in of[period]),
                    periods[0], before, last_days.get(before), after,
                )
            )  # fmt: skip
    return rows


ORDERS = st.lists(
    st.builds(order, st.integers(1, 4), st.integers(0, 45), st.integers(0, 999)), min_size=1, max_size=40
)


@hypothesis_settings(max_examples=50, deadline=None, derandomize=True)
@given(ORDERS)
def test_each_customer_has_a_row_per_period(orders: list[dict[str, Any]]) -> None:
    assert customer_periods(pl.DataFrame(orders, schema=SCHEMA)).rows() == counted(orders)


def test_no_orders_are_no_rows() -> None:
    assert customer_periods(pl.DataFrame(schema=SCHEMA)).is_empty()
