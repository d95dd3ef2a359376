"""What the value of customers is forecast for."""

from __future__ import annotations

from dataclasses import dataclass

from wieder.asking.options import option


@dataclass(frozen=True, kw_only=True)
class ForecastOptions:
    """How far ahead values are forecast, and what money to come is worth."""

    horizon: int | None = option(
        "--horizon",
        metavar="DAYS",
        minimum=1,
        maximum=3650,
        help="So far ahead. [365]",
        setting=("forecast", "horizon_days"),
    )
    discount_rate: float | None = option(
        "--discount-rate",
        metavar="SHARE",
        minimum=0,
        maximum=1,
        help="What a year takes off money. [0.1]",
        setting=("forecast", "yearly_discount_rate"),
    )
    margin: float | None = option(
        "--margin",
        metavar="SHARE",
        maximum=1,
        help="What is left of revenue: values are times it. [1]",
        setting=("forecast", "margin"),
    )
