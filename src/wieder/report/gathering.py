"""The first of two phases of a report: everything is asked here, and drawn from what was found afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from wieder.marts.first_orders import FIRST_ORDERS
from wieder.notices import Notice
from wieder.questions.clv.expectations import foresee

if TYPE_CHECKING:
    import polars as pl

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.questions.clv.expectations import Expectations
    from wieder.questions.kpis import Computed

MOST_FORESEEN = 200_000
"""Forecasts for more customers take longer than all the rest of a report: they are made if asked for."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Gathering:
    """What sections ask, and what several of them need, which is found once."""

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
        """What is expected of customers; None where it is not wanted, or not known."""
        asked = self.asked
        wanted, n_customers = asked.settings.report.forecasts, self.first_orders.height
        if wanted == "auto" and n_customers > MOST_FORESEEN:
            asked.notify(_no_forecasts(n_customers))
            return None
        if wanted == "never":
            return None
        return foresee(asked)


def _no_forecasts(n_customers: int) -> Notice:
    message = f"the report has no forecasts, as there are {n_customers:,} customers"
    remedy = 'forecasts = "always" in [report] makes them; `wieder clv` and `wieder churn` show them alone'
    return Notice("no-forecasts-in-report", message, remedy, {"n": n_customers})
