"""Forecasts by lifetimes and pymc-marketing, as a benchmark for `wieder clv`.

A separate program that does not import wieder: `python model_peers.py PEER ORDERS AS_OF OUT`.
ORDERS is a .parquet file of orders, AS_OF the report date (exclusive). PEER is lifetimes,
lifetimes-pareto, pymc-marketing or pymc-marketing-pareto; OUT is a CSV with one row per customer.
OUT with the ending .json contains the time and the parameters of the fit of purchases, in days.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]

HORIZON_DAYS = 365
CAP_SECONDS = 300
"""Time limit of a fit; the .json of an aborted fit has no parameters."""
BG, PARETO = ("r", "alpha", "a", "b"), ("r", "alpha", "s", "beta")


def by_lifetimes(orders: pd.DataFrame, as_of: pd.Timestamp, names: tuple[str, ...]) -> Any:
    """The summary with a forecast, the duration of the fit in seconds, and its parameters."""
    from lifetimes import BetaGeoFitter, GammaGammaFitter, ParetoNBDFitter  # noqa: PLC0415
    from lifetimes.utils import summary_data_from_transaction_data  # type: ignore[import-untyped]  # noqa: PLC0415

    summary = summary_data_from_transaction_data(
        orders,
        "customer_id",
        "ordered_at",
        "amount",
        observation_period_end=as_of - pd.Timedelta(days=1),
        freq="D",
    )
    fitter = BetaGeoFitter() if names == BG else ParetoNBDFitter()
    begin = time.perf_counter()
    fitter.fit(summary["frequency"], summary["recency"], summary["T"])
    seconds = time.perf_counter() - begin
    again = summary[(summary["frequency"] > 0) & (summary["monetary_value"] > 0)]
    spend = GammaGammaFitter().fit(again["frequency"], again["monetary_value"])
    known = summary["frequency"], summary["recency"], summary["T"]
    purchases = fitter.conditional_expected_number_of_purchases_up_to_time(HORIZON_DAYS, *known)
    each = spend.conditional_expected_average_profit(summary["frequency"], summary["monetary_value"])
    return summary.assign(purchases=purchases, value=purchases * each), seconds, dict(fitter.params_)


def by_pymc_marketing(orders: pd.DataFrame, as_of: pd.Timestamp, names: tuple[str, ...]) -> Any:
    """The same by maximum a posteriori estimation, with the priors of the library."""
    from pymc_marketing import clv  # type: ignore[import-not-found]  # noqa: PLC0415

    summary = clv.utils.rfm_summary(
        orders,
        "customer_id",
        "ordered_at",
        "amount",
        observation_period_end=as_of - pd.Timedelta(days=1),
        time_unit="D",
    )
    model = (clv.BetaGeoModel if names == BG else clv.ParetoNBDModel)(data=summary)
    begin = time.perf_counter()
    model.fit(method="map", progressbar=False)
    seconds = time.perf_counter() - begin
    spend = clv.GammaGammaModel(data=summary[(summary["frequency"] > 0) & (summary["monetary_value"] > 0)])
    spend.fit(method="map", progressbar=False)
    purchases = model.expected_purchases(summary, future_t=HORIZON_DAYS).to_numpy().ravel()
    each = spend.expected_customer_spend(summary).to_numpy().ravel()
    posterior = model.idata.posterior
    found = {name: float(posterior[name].to_numpy().ravel()[0]) for name in names}
    return summary.assign(purchases=purchases, value=purchases * each), seconds, found


PEERS = {
    "lifetimes": (by_lifetimes, BG),
    "lifetimes-pareto": (by_lifetimes, PARETO),
    "pymc-marketing": (by_pymc_marketing, BG),
    "pymc-marketing-pareto": (by_pymc_marketing, PARETO),
}


def forecast(peer: str, path: str, day: str, out: Path) -> None:
    """Read the orders at `path`, fit, and write the forecast and the parameters of the fit."""
    function, names = PEERS[peer]
    orders = pd.read_parquet(path, columns=["customer_id", "ordered_at", "amount"])
    orders["amount"] = orders["amount"].astype(np.float64)
    orders["ordered_at"] = pd.to_datetime(orders["ordered_at"])
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(CAP_SECONDS)
    try:
        table, seconds, parameters = function(orders, pd.Timestamp(day), names)
    except TimeoutError:
        table, seconds, parameters = pd.DataFrame(), CAP_SECONDS, {}
    signal.alarm(0)
    table.to_csv(out)
    found = {"fit_seconds": seconds, "parameters": {name: float(value) for name, value in parameters.items()}}
    out.with_suffix(".json").write_text(json.dumps(found))


def give_up(_number: int, _frame: object) -> None:
    """Abort the fit."""
    raise TimeoutError


if __name__ == "__main__":
    forecast(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]))
