"""The first of the two phases of a report: gathering all data; drawing comes second and asks nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from wieder.marts.first_orders import FIRST_ORDERS
from wieder.notices import Notice
from wieder.questions.clv.expectations import predict_values

if TYPE_CHECKING:
    import polars as pl

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.questions.clv.expectations import Expectations
    from wieder.questions.kpis import Computed

MAXIMUM_FORECAST = 200_000
"""Forecasts for more customers take longer than the rest of the report: they are made only on request."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Gathering:
    """Access to answers for the sections; data that several of them need are computed once."""

    asked: Asked
    """The selection by period, of the whole shop."""
    kpis: Answer[Computed]
    """The KPIs by period and segment."""

    @cached_property
    def first_orders(self) -> pl.DataFrame:
        """The mart `FIRST_ORDERS`: one row per customer."""
        return self.asked.mart(FIRST_ORDERS)

    @cached_property
    def expected(self) -> Expectations | None:
        """The expected purchases of customers; None if not wanted or not known."""
        asked = self.asked
        wanted, n_customers = asked.settings.report.forecasts, self.first_orders.height
        if wanted == "auto" and n_customers > MAXIMUM_FORECAST:
            asked.notify(_no_forecasts(n_customers))
            return None
        if wanted == "never":
            return None
        return predict_values(asked)


def _no_forecasts(n_customers: int) -> Notice:
    message = f"the report has no forecasts, because {n_customers:,} customers would take long"
    remedy = (
        'set forecasts = "always" in [report], or run `wieder clv` and `wieder churn` for forecasts alone'
    )
    return Notice("no-forecasts-in-report", message, remedy, {"n": n_customers})
