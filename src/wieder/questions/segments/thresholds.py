"""Thresholds between segments: derived from a shop, or frozen for comparisons over time."""

from __future__ import annotations

import tomllib
from datetime import date  # noqa: TC003 - msgspec reads it at run time
from math import inf, isnan
from typing import TYPE_CHECKING

import msgspec

from wieder.errors import UsageError
from wieder.marts.frames import pl
from wieder.questions.segments.rfm import (
    A_PERCENT,
    B_PERCENT,
    FIXED_FREQUENCY,
    LEVELS,
    in_lookback,
    quantile_edges,
)

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.config import Segmentation

HEAD = "# Thresholds of customer segments, derived by wieder; reuse them with `--thresholds FILE`.\n"
REMEDY = "write the file again with --save-thresholds FILE"


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One set of thresholds; all values of a customer are compared with the same set."""

    as_of: date
    """The report date they were derived for (exclusive)."""
    lookback_days: int
    """Days before that date with the orders they are based on; 0: all orders."""
    recency_days: tuple[float, ...]
    """Edges of the recency score: quantiles of the days since the last order, ascending."""
    orders: tuple[float, ...]
    """Edges of the frequency score."""
    revenue: tuple[float, ...]
    """Edges of the money score."""
    abc: tuple[float, ...]
    """The least revenue of a customer in class B, and in class A."""
    vip: float
    """The least revenue of a VIP."""

    @property
    def is_sound(self) -> bool:
        """Whether each score has its edges in ascending order."""
        scores = (self.recency_days, self.orders, self.revenue)
        lengths = all(len(edges) == LEVELS - 1 for edges in scores) and len(self.abc) == len("BA")
        numbers = not any(isnan(edge) for edges in (*scores, self.abc, (self.vip,)) for edge in edges)
        return lengths and numbers and all(list(edges) == sorted(edges) for edges in (*scores, self.abc))


def find_thresholds(profiles: pl.DataFrame, as_of: date, settings: Segmentation) -> Thresholds:
    """Derive the thresholds from the customers with an order in the look-back (see `profiles`)."""
    active = profiles.filter(in_lookback())
    frequency: tuple[float, ...] = FIXED_FREQUENCY
    if settings.frequency == "quantiles" and not active.is_empty():
        frequency = quantile_edges(active["lookback_orders"])
    nothing = (inf,) * (LEVELS - 1)
    revenue = active["lookback_revenue"]
    return Thresholds(
        as_of=as_of,
        lookback_days=settings.lookback_days,
        recency_days=nothing if active.is_empty() else quantile_edges(active["days_since_last_order"]),
        orders=frequency,
        revenue=nothing if active.is_empty() else quantile_edges(revenue.cast(pl.Float64)),
        abc=(least_within(revenue, B_PERCENT), least_within(revenue, A_PERCENT)),
        vip=least_of_best(revenue, settings.vip_percent),
    )


def least_within(revenue: pl.Series, percent: int) -> float:
    """Return the least revenue of the best customers with `percent` of it in total; infinite if none.

    The customer who reaches that share is included, and all customers with the same revenue.
    """
    by_value = revenue.to_frame("revenue").group_by("revenue").agg(pl.len().alias("n"))
    better = by_value.sort("revenue", descending=True).with_columns(
        total=(pl.col("revenue") * pl.col("n")).cum_sum()
    )
    before = better["total"] - better["revenue"] * better["n"]
    inside = better.filter(before * 100 < revenue.sum() * percent)
    return float(inside["revenue"].min()) if inside.height else inf  # type: ignore[arg-type]


def least_of_best(revenue: pl.Series, percent: float) -> float:
    """Return the least revenue of the best `percent` of the customers; infinite if there are none.

    All customers with the same revenue as the last of them are included.
    """
    by_value = revenue.to_frame("revenue").group_by("revenue").agg(pl.len().alias("n"))
    better = by_value.sort("revenue", descending=True).with_columns(
        before=pl.col("n").cum_sum() - pl.col("n")
    )
    inside = better.filter(pl.col("before") * 100.0 < len(revenue) * percent)
    return float(inside["revenue"].min()) if inside.height else inf  # type: ignore[arg-type]


def thresholds_text(thresholds: Thresholds) -> str:
    """Return the thresholds as TOML that `read_thresholds` reads back exactly."""
    tree = msgspec.structs.asdict(thresholds)
    return HEAD + "".join(f"{name} = {_toml(value)}\n" for name, value in tree.items())


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return repr(value) if isinstance(value, float) else str(value)


def read_thresholds(path: Path) -> Thresholds:
    """Return the thresholds in the file `path`. Raises UsageError with file, key and value."""
    try:
        found = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Thresholds)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: the thresholds cannot be read ({error})", REMEDY) from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise UsageError(f"{path}: the file does not contain valid thresholds ({error})", REMEDY) from error
    if not found.is_sound:
        raise UsageError(f"{path}: each score needs 4 thresholds in ascending order, abc needs 2", REMEDY)
    return found
