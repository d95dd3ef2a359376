"""What models of purchases to come are made from, and what they are held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from wieder.database import frame, script
from wieder.models.histories import distinct_histories

if TYPE_CHECKING:
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

    from wieder.database import Connection
    from wieder.models.histories import Histories


def make_purchase_days(con: Connection) -> None:
    """Make what all histories are read from, at whatever moment. Needs `analysis.prepare`."""
    con.execute(script("purchase_days"))


def purchase_histories(con: Connection, until: date, horizon_end: date | None = None) -> pl.DataFrame:
    """What is known of each customer before the day `until`: see sql/purchase_histories.sql.

    One row per identified customer whose first valid order is before `until`,
    sorted by customer: customer, first_day, last_day, orders, purchase_days
    (days with an order), revenue, repeat_revenue (without that of the first
    day), and future_days, future_orders, future_revenue in [until,
    horizon_end), which are null without a horizon. Revenue is a float.
    Needs `make_purchase_days`, with an as-of day that is not before the last
    of these days.
    """
    days = {"until": until, "horizon_end": horizon_end}
    return frame(con, script("purchase_histories"), days).sort("customer")


def model_histories(customers: pl.DataFrame, until: date) -> tuple[Histories, NDArray[np.intp]]:
    """The distinct histories of `purchase_histories` at `until`, and for each row the place of its history.

    Observation ends with the day before `until`: whoever bought first on that
    day has age 0.
    """
    first_day, last_day = pl.col("first_day"), pl.col("last_day")
    counted = customers.select(
        repeats=pl.col("purchase_days") - 1,
        recency=(last_day - first_day).dt.total_days(),
        age=(pl.lit(until) - first_day).dt.total_days() - 1,
    ).cast(pl.Int64)
    return distinct_histories(*(column.to_numpy() for column in counted))
