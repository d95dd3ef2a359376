"""One row per customer and period with an order, computed without grouping millions of rows."""

from __future__ import annotations

from wieder.marts.base import CutBy, Mart, Type, columns
from wieder.marts.frames import pl
from wieder.marts.purchases import PURCHASES

KEYS = ["customer", "period"]


def customer_periods(purchases: pl.DataFrame) -> pl.DataFrame:
    """One row per customer and period with an order of that customer, sorted by both.

    `purchases` has one row per order of a known customer (see
    marts/customer_periods.sql). `previous_*` and `next_*` are from the customer's
    neighbouring rows, null at either end. Once sorted, the orders of a customer
    and period are adjacent, so sums are differences of running totals.
    """
    runs = _runs(purchases.sort("customer", "day"))
    is_first, is_last = _changes(runs["customer"], 1), _changes(runs["customer"], -1)
    return runs.with_columns(
        pl.when(is_first).then("period").forward_fill().alias("first_period"),
        pl.when(~is_first).then(pl.col("period").shift(1)).alias("previous_period"),
        pl.when(~is_first).then(pl.col("last_day").shift(1)).alias("previous_last_day"),
        pl.when(~is_last).then(pl.col("period").shift(-1)).alias("next_period"),
    )


def _changes(column: pl.Series, step: int) -> pl.Series:
    """Whether the row `step` above has another value, or does not exist."""
    return column.ne_missing(column.shift(step))


def _runs(purchases: pl.DataFrame) -> pl.DataFrame:
    is_last = _changes(purchases["customer"], -1) | _changes(purchases["period"], -1)
    totals = purchases.select(
        *KEYS,
        "segment",
        pl.col("day").alias("last_day"),
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("n_orders"),
        pl.col("starts_occasion").cast(pl.Int64).cum_sum().alias("n_occasions"),
        pl.col("revenue").cum_sum(),
    ).filter(is_last)
    sums = ("n_orders", "n_occasions", "revenue")
    differences = [pl.col(name) - pl.col(name).shift(1, fill_value=0) for name in sums]
    return totals.with_columns(differences).cast({"n_orders": pl.Int32, "n_occasions": pl.Int32})


CUSTOMER_PERIODS = Mart(
    id="customer_periods",
    needs=(PURCHASES,),
    cut_by=CutBy.FIRST_ORDER,
    step=customer_periods,
    columns=columns(
        period=Type.SHORT,
        segment=Type.SHORT,
        n_orders=Type.SHORT,
        n_occasions=Type.SHORT,
        revenue=Type.MONEY,
        first_period=Type.SHORT,
        last_day=Type.DATE,
        previous_period=Type.SHORT,
        previous_last_day=Type.DATE,
        next_period=Type.SHORT,
    ),
)
