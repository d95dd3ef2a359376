"""How purchases came in after the last trial of a back-test, beside what was expected week by week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from wieder.analyses.trials import trial
from wieder.database import frame, script
from wieder.models.holdout import naive_forecasts
from wieder.models.purchase_models import MODELS
from wieder.tables.backtest import PURCHASES, TRACKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wieder.analyses.backtest import Backtest
    from wieder.analyses.trials import Trial
    from wieder.database import Connection
    from wieder.models.fitting import Fit

DAYS_PER_WEEK = 7


def tracking(con: Connection, tested: Backtest) -> pl.DataFrame:
    """`TRACKING.schema` of the last moment. Needs the connection as `backtest` left it."""
    last = trial(con, tested.plan.moments[-1], tested.plan)
    span = {"until": last.moment, "horizon_end": last.end}
    came = frame(con, script("weekly_purchases"), span)
    days = _ends(tested.plan.horizon_days)
    weeks = pl.DataFrame(
        {"week": range(1, len(days) + 1), "days": days}, schema={"week": pl.Int32, "days": pl.Int32}
    )
    actual = (
        weeks.join(came, on="week", how="left")
        .sort("week")
        .select("week", "days", actual=pl.col("purchases").fill_null(0).cum_sum().cast(pl.Float64))
    )
    expected = pl.concat(
        weeks.select("week", method=pl.lit(method), expected=pl.Series(totals, dtype=pl.Float64))
        for method, totals in _expected(last, tested.fits[last.moment], days)
    )
    return (
        expected.join(actual, on="week")
        .with_columns(
            moment=pl.lit(last.moment),
            horizon_days=pl.lit(tested.plan.horizon_days, pl.Int64),
            target=pl.lit(PURCHASES),
            is_used=pl.col("method") == tested.method,
            bias=pl.when(pl.col("actual") != 0).then(pl.col("expected") / pl.col("actual") - 1),
        )
        .select(*TRACKING.schema)
        .sort(TRACKING.keys)
    )


def _ends(horizon_days: int) -> list[int]:
    """The days after the moment at which its weeks end; the last one at the horizon."""
    return [*range(DAYS_PER_WEEK, horizon_days, DAYS_PER_WEEK), horizon_days]


def _expected(last: Trial, fits: Mapping[str, Fit], days: list[int]) -> Iterator[tuple[str, list[float]]]:
    """The purchases that each method expects of all customers until each day."""
    for forecast in naive_forecasts(last.holdout):
        total = float(forecast.expected.purchases.sum())
        yield forecast.method, [total * until / last.holdout.horizon_days for until in days]
    histories = last.holdout.histories
    for model in MODELS:
        fit = fits.get(model.name)
        if fit is not None and fit.is_certified:
            yield (
                model.name,
                [
                    float(
                        histories.customers
                        @ model.expected_purchases(fit.parameters, histories, float(until))
                    )
                    for until in days
                ],
            )
