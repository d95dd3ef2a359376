"""The usual range of a KPI, from its own history: values outside it need an explanation.

The range of a period depends on earlier periods alone, so later data do not change
it. Each earlier value is predicted by the median of the values just before it. The
range is the prediction for this period, widened by Tukey's fences of the earlier
prediction errors: their quartiles, and 1.5 times the interquartile range beyond
(Exploratory Data Analysis, 1977). A few peaks, such as Christmas in a young shop,
do not widen it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from wieder.asking.comparisons import earlier_starts
from wieder.kpis import REGISTRY
from wieder.kpis.base import State
from wieder.locale.text import Unit
from wieder.periods import Period, PeriodKind, year_before

if TYPE_CHECKING:
    from collections.abc import Iterator

USUAL = {
    "usual_low": pl.Float64,
    "usual_high": pl.Float64,
    "usual_n": pl.Int64,  # number of earlier prediction errors behind the range
    "usual_basis": pl.String,  # recent: the periods just before; season: also those a year (a week) earlier
}
"""Null for segments, and if the value is not final, or the history is too short or does not vary."""

LEVEL_PERIODS = 6
"""A prediction is the median of this many values before it, ..."""
LEVEL_MINIMUM = 3
"""... and of no fewer than this many."""
ERRORS_MINIMUM = 8
"""Number of errors that a range needs: those of 11 final earlier periods, plus a season for `season`."""
ERRORS_MAXIMUM = 104
"""Older errors are dropped: two years of weeks."""
FENCE = 1.5
"""In interquartile ranges, ..."""
SMALL_SAMPLE = 8
"""... and with n errors 1 + 8/n times as far, because quartiles of few errors are uncertain.

In simulations of steady series with normal noise, a new value is outside by
chance in 1.1 % of the periods with 8 errors, 1.6 % with 26, 0.8 % with 56.
"""

SERIES = ["kpi", "dimension", "segment"]


def with_usual_range(results: pl.DataFrame, kind: PeriodKind) -> pl.DataFrame:
    """Return `results` with the columns `USUAL`, rows in the same order.

    `results` is a result frame of consecutive periods; its final values are the
    history. Counts, money, days and ratios are compared on the scale of asinh, which
    is close to the logarithm, so that a shop twice as large may vary twice as much;
    shares are compared in percentage points. Segments have no range: there are too
    many of them for "unusual" to mean much. If the history is long enough, a value
    is predicted from its change over a season where such predictions have the
    narrower range.
    """
    ranges = (
        _with_season(results, _season_starts(results, kind))
        .sort(*SERIES, "period_start")
        .with_columns(*_prediction("recent", pl.col("level"), pl.lit(0.0)))
        .with_columns(
            *_prediction("season", pl.col("level") - pl.col("level_before"), pl.col("level_before"))
        )
        .with_columns(basis=_basis())
        .select(*SERIES, "period_start", *_usual())
    )
    return results.join(ranges.collect(), on=[*SERIES, "period_start"], how="left", maintain_order="left")


def _level() -> pl.Expr:
    """The value to predict: shares unchanged, others as asinh, which is like a logarithm but defined at 0."""
    return pl.when(_is_share()).then("value").otherwise(pl.col("value").arcsinh())


def _is_share() -> pl.Expr:
    return pl.col("kpi").is_in([kpi.id for kpi in REGISTRY.values() if kpi.unit is Unit.RATE])


def _with_season(results: pl.DataFrame, season_starts: pl.DataFrame) -> pl.LazyFrame:
    """Return the final values of the whole shop with `level`, and with `level_before` one season earlier."""
    is_judged = (pl.col("state") == State.FINAL.value) & (pl.col("dimension") == "")
    final = results.lazy().filter(is_judged).with_columns(level=_level())
    before = final.select(*SERIES, earlier_start="period_start", level_before="level")
    paired = final.join(season_starts.lazy(), on="period_start", how="left")
    return paired.join(before, on=[*SERIES, "earlier_start"], how="left")


def _prediction(name: str, level: pl.Expr, base: pl.Expr) -> Iterator[pl.Expr]:
    """Yield `NAME_low` and `NAME_high` (both plus `base`) and `NAME_n` (errors), from earlier rows."""
    middle = level.shift(1).rolling_median(LEVEL_PERIODS, min_samples=LEVEL_MINIMUM)
    errors = (level - middle).shift(1)
    first, third = (
        errors.rolling_quantile(share, "linear", window_size=ERRORS_MAXIMUM, min_samples=ERRORS_MINIMUM)
        for share in (0.25, 0.75)
    )
    n = errors.is_not_null().cast(pl.Int64).rolling_sum(ERRORS_MAXIMUM, min_samples=1)
    reach = FENCE * (1 + SMALL_SAMPLE / n) * (third - first)
    for end, value in {"low": first - reach, "high": third + reach}.items():
        yield (base + middle + value).over(SERIES).alias(f"{name}_{end}")
    yield n.over(SERIES).alias(f"{name}_n")


def _basis() -> pl.Expr:
    """The basis with the narrower range; null if there is no range, or all errors were equal."""
    recent, season = (pl.col(f"{name}_high") - pl.col(f"{name}_low") for name in ("recent", "season"))
    return (
        pl.when((season > 0) & (season < recent))
        .then(pl.lit("season"))
        .when(recent > 0)
        .then(pl.lit("recent"))
    )


def _usual() -> Iterator[pl.Expr]:
    """Yield the columns `USUAL` of the basis; the lower end is at least 0 if no value so far was negative."""
    is_share, was_never_negative = _is_share(), pl.col("value").cum_min().over(SERIES) >= 0
    low, high = (pl.when(is_share).then(end).otherwise(end.sinh()) for end in map(_chosen, ("low", "high")))
    yield pl.when(was_never_negative).then(low.clip(0.0)).otherwise(low).alias("usual_low")
    yield pl.when(is_share).then(high.clip(None, 1.0)).otherwise(high).alias("usual_high")
    yield _chosen("n").alias("usual_n")
    yield pl.col("basis").alias("usual_basis")


def _chosen(name: str) -> pl.Expr:
    """The column `NAME` of the chosen basis."""
    return pl.coalesce(
        pl.when(pl.col("basis") == basis).then(f"{basis}_{name}") for basis in ("season", "recent")
    )


def is_outside() -> pl.Expr:
    """Whether a value is outside its usual range; null if there is no range."""
    return ~pl.col("value").is_between("usual_low", "usual_high")


def _season_starts(results: pl.DataFrame, kind: PeriodKind) -> pl.DataFrame:
    return earlier_starts(results, kind, _week_before if kind is PeriodKind.DAY else year_before)


def _week_before(day: Period, _: PeriodKind) -> Period:
    week = timedelta(days=7)
    return Period(day.start - week, day.end - week)
