"""The usual range of a KPI."""

from __future__ import annotations

import random
from datetime import date
from math import asinh, sinh
from statistics import median
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shops import ask, shop
from wieder.asking.usual_range import ERRORS_MINIMUM, USUAL, is_outside, with_usual_range
from wieder.periods import PeriodKind, periods_between

if TYPE_CHECKING:
    from collections.abc import Sequence

STARTS = {PeriodKind.DAY: date(2024, 1, 1), PeriodKind.WEEK: date(2020, 1, 6)}


def series(
    values: Sequence[float | None], kpi: str = "orders", kind: PeriodKind = PeriodKind.MONTH
) -> pl.DataFrame:
    """One value per period; None: unknown."""
    periods = periods_between(kind, STARTS.get(kind, date(2010, 1, 1)), date(2024, 12, 31))
    rows = [
        (kpi, "", "", period.start, period.end, value, "none" if value is None else "final")
        for period, value in zip(periods, values, strict=False)
    ]
    names = ["kpi", "dimension", "segment", "period_start", "period_end", "value", "state"]
    return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None).cast(
        {"value": pl.Float64}
    )


def ranges(values: Sequence[float | None], **options: Any) -> pl.DataFrame:
    return with_usual_range(series(values, **options), options.get("kind", PeriodKind.MONTH))


def last(values: Sequence[float | None], **options: Any) -> dict[str, Any]:
    return ranges(values, **options).row(-1, named=True)


def noisy(n: int, level: float = 200, spread: float = 10, seed: int = 1) -> list[float]:
    chance = random.Random(seed)  # noqa: S311
    return [chance.gauss(level, spread) for _ in range(n)]


def quartiles(errors: Sequence[float]) -> tuple[float, float]:
    """Linear interpolation, as in numpy and R (type 7)."""
    ordered = sorted(errors)

    def at(share: float) -> float:
        place = share * (len(ordered) - 1)
        below = int(place)
        above = min(below + 1, len(ordered) - 1)
        return ordered[below] + (place - below) * (ordered[above] - ordered[below])

    return at(0.25), at(0.75)


def test_the_range_is_that_of_the_definition() -> None:
    values = noisy(15)
    levels = [asinh(value) for value in values]
    middles = {at: median(levels[max(0, at - 6) : at]) for at in range(3, 15)}
    errors = [levels[at] - middles[at] for at in range(3, 14)]
    first, third = quartiles(errors)
    reach = 1.5 * (1 + 8 / 11) * (third - first)
    found = last(values)
    assert found["usual_n"] == 11
    assert found["usual_low"] == pytest.approx(sinh(middles[14] + first - reach))
    assert found["usual_high"] == pytest.approx(sinh(middles[14] + third + reach))


def test_a_short_history_has_no_range() -> None:
    found = ranges(noisy(13))["usual_n"].to_list()
    assert found == [None] * 11 + [ERRORS_MINIMUM, ERRORS_MINIMUM + 1]


def test_a_constant_series_has_no_range() -> None:
    assert last([5.0] * 30)["usual_low"] is None


@given(st.integers(14, 40), st.integers(1, 9))
@settings(max_examples=20)
def test_later_periods_change_no_range(length: int, more: int) -> None:
    values = noisy(length + more)
    assert ranges(values).head(length).equals(ranges(values[:length]))


def test_only_final_values_are_history_and_only_they_have_a_range() -> None:
    values = noisy(20)
    gaps = ranges([*values[:10], None, *values[10:], None])
    assert gaps["usual_low"].drop_nulls().to_list() == ranges(values)["usual_low"].drop_nulls().to_list()
    assert gaps["usual_low"][-1] is None


def test_a_value_far_off_is_outside_and_does_not_widen_the_range() -> None:
    values = noisy(40, spread=10)
    outside = ranges([*values, 400.0]).select(is_outside()).to_series()
    assert outside.to_list()[-1] is True
    assert outside.sum() <= 2
    calm, after = last([*values, 200.0]), last([*values, 400.0, 200.0])
    width, width_after = (row["usual_high"] - row["usual_low"] for row in (calm, after))
    assert width_after < 1.2 * width


def test_a_season_that_comes_back_every_year_is_usual() -> None:
    season = [100, 100, 110, 110, 120, 120, 110, 110, 120, 130, 200, 300]
    years = [month * (1 + noise) for month, noise in zip(season * 5, noisy(60, 0, 0.03), strict=True)]
    december = last(years)
    assert december["usual_basis"] == "season"
    assert december["usual_low"] <= december["value"] <= december["usual_high"]
    assert december["usual_low"] > 200
    assert last([*years[:-1], 120.0])["usual_low"] > 120


def test_without_a_season_the_recent_level_is_the_better_guide() -> None:
    assert last(noisy(60))["usual_basis"] == "recent"


def test_days_are_compared_by_weekday() -> None:
    week = [100, 110, 100, 105, 130, 20, 10]
    days = [day * (1 + noise) for day, noise in zip(week * 12, noisy(84, 0, 0.03), strict=True)]
    sunday = last(days, kind=PeriodKind.DAY)
    assert sunday["usual_basis"] == "season"
    assert sunday["usual_low"] > 5
    assert sunday["usual_high"] < 20


def test_growth_is_usual_where_it_was_before() -> None:
    growing = [100 * 1.05**month * (1 + noise) for month, noise in enumerate(noisy(40, 0, 0.02))]
    assert ranges(growing).select(is_outside()).to_series()[-8:].sum() <= 1


@pytest.mark.parametrize(("kpi", "high"), [("repeat_purchase_rate", 1.0), ("orders", None)])
def test_shares_stay_shares_and_counts_stay_counts(kpi: str, high: float | None) -> None:
    spread = [0.02, 0.9, 0.5, 0.99, 0.1] * 6
    found = last(spread, kpi=kpi)
    assert found["usual_low"] == 0
    if high is not None:
        assert found["usual_high"] == high


@pytest.mark.parametrize("n_periods", [12, 30])
def test_noise_alone_is_seldom_outside(n_periods: int) -> None:
    """1,000 steady series: about one in a hundred last values is outside by chance."""
    chance = random.Random(7)  # noqa: S311 - reproducible, not secret
    frames = [
        series([chance.gauss(200, 20) for _ in range(n_periods)]).with_columns(kpi=pl.lit(f"kpi{number}"))
        for number in range(1000)
    ]
    judged = with_usual_range(pl.concat(frames), PeriodKind.MONTH)
    last_period = judged.filter(pl.col("period_start") == pl.col("period_start").max())
    assert 0.005 < last_period.select(is_outside().mean()).item() < 0.025


def test_a_whole_span_has_no_history() -> None:
    rows = [(str(n), "a", f"2024-{n:02d}-01", "10") for n in range(1, 13)]
    found = ask(shop(rows)).results
    assert set(USUAL) <= set(found.columns)
    assert found["usual_n"].null_count() == found.height
