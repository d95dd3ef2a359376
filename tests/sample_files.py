"""The checked-in sample as typed frames: keys are text, money is exact."""

from __future__ import annotations

from functools import cache

import polars as pl
import polars.selectors as cs

from wieder.writing.shipped import resource

CHECKED_IN = resource("sample_data")

_MONEY = cs.by_name(
    "amount",
    "discount",
    "shipping",
    "tax",
    "refunded_amount",
    "refund_amount",
    "unit_price",
    require_all=False,
)
_WHOLE = cs.by_name("position", "quantity", "score", "points", require_all=False)


@cache
def eighth_of_orders() -> str:
    """Return the orders of every eighth customer of the sample as an export: three years of 751 customers.

    For tests of the presentation of forecasts, not of their accuracy.
    """
    orders = pl.read_csv(CHECKED_IN / "orders.csv", infer_schema=False)
    customers = orders["customer_id"].drop_nulls().unique().sort().gather_every(8)
    return orders.filter(pl.col("customer_id").is_in(customers.implode())).write_csv()


def read_sample(name: str) -> pl.DataFrame:
    """Return one file of the sample, one row per line."""
    return pl.read_csv(CHECKED_IN / name, infer_schema=False).with_columns(
        _MONEY.cast(pl.Decimal(18, 2)),
        _WHOLE.cast(pl.Int64),
        (cs.ends_with("_on") | cs.by_name("birthday", require_all=False)).str.to_date("%Y-%m-%d"),
        cs.matches("(^|_)at$").str.to_datetime("%Y-%m-%d %H:%M:%S"),
    )
