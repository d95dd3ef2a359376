"""The options of value forecasts."""

from __future__ import annotations

from dataclasses import dataclass

from wieder.asking.options import option


@dataclass(frozen=True, kw_only=True)
class ForecastOptions:
    """Forecast horizon, yearly discount rate and margin."""

    horizon: int | None = option(
        "--horizon",
        metavar="DAYS",
        minimum=1,
        maximum=3650,
        help="Forecast horizon in days. [365]",
        setting=("forecast", "horizon_days"),
    )
    discount_rate: float | None = option(
        "--discount-rate",
        metavar="SHARE",
        minimum=0,
        maximum=1,
        help="Yearly discount rate, as a share. [0.1]",
        setting=("forecast", "yearly_discount_rate"),
    )
    margin: float | None = option(
        "--margin",
        metavar="SHARE",
        maximum=1,
        help="Margin as a share of revenue; values are multiplied by it. [1]",
        setting=("forecast", "margin"),
    )
