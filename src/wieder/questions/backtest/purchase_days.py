"""The data that purchase models are fitted to and tested on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.marts.frames import pl

if TYPE_CHECKING:
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

    from wieder.asking.asked import Asked
    from wieder.models.histories import Histories


@dataclass(frozen=True, eq=False)
class PurchaseDays:
    """The days on which each identified customer of a selection bought; the orders of a day are one purchase.

    They give the history of customers at any cut-off date up to the report date.
    """

    asked: Asked

    def histories(self, until: date, horizon_end: date | None = None) -> pl.DataFrame:
        """The history of each customer before the day `until`: see questions/backtest/purchase_histories.sql.

        One row per identified customer whose first valid order is before `until`,
        sorted by customer: customer, first_day, last_day, orders, purchase_days
        (days with an order), revenue, repeat_revenue (without that of the first
        day), and future_days, future_orders, future_revenue in [until,
        horizon_end), which are null without a horizon. Revenue is a float.
        """
        return self._query("purchase_histories", until=until, horizon_end=horizon_end).sort("customer")

    def recent(self, since: date, until: date) -> pl.DataFrame:
        """One row per customer with a purchase in [since, until): customer, recent_days, recent_revenue."""
        return self._query("recent_purchases", since=since, until=until)

    def _query(self, name: str, **parameters: date | None) -> pl.DataFrame:
        return self.asked.query_over(
            "questions/backtest/purchase_days", f"questions/backtest/{name}", **parameters
        )


def model_histories(customers: pl.DataFrame, until: date) -> tuple[Histories, NDArray[np.intp]]:
    """The distinct histories of `PurchaseDays.histories` at `until`, and for each row the index of its history.

    Observation ends with the day before `until`; customers who first bought on
    that day have age 0.
    """
    from wieder.models.histories import distinct_histories

    first_day, last_day = pl.col("first_day"), pl.col("last_day")
    counted = customers.select(
        repeats=pl.col("purchase_days") - 1,
        recency=(last_day - first_day).dt.total_days(),
        age=(pl.lit(until) - first_day).dt.total_days() - 1,
    ).cast(pl.Int64)
    return distinct_histories(*(column.to_numpy() for column in counted))
