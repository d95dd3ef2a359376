"""After how many days of silence a customer is lost: two answers that the orders themselves give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from wieder.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

USUAL_GAP_SHARE = 0.9
OTHER_GAP_SHARE = 0.8
STEP_DAYS = 30
MOST_HOLDOUTS = 12
FEWEST_HOLDOUTS = 3
MOST_ERROR = 0.45
"""The largest mean of both error rates that makes a window worth choosing: a coin's is 0.5.

Chance alone puts the best of many windows a little below that of a coin. A window
that calls nearly all lost who come back is always above this, whatever else it gets right.
"""


@dataclass(frozen=True, kw_only=True)
class Holdouts:
    """What the windows would have said at earlier moments, against what happened."""

    window_days: int
    """The window with the least error, the shortest if several have it."""
    error: float
    """Mean of two shares: those called lost of who came back, and those called active of who did not."""
    moments: int


@dataclass(frozen=True, kw_only=True)
class WindowChoice:
    """The window that was chosen, and those that were not."""

    days: int
    usual_gap: int
    """Nine of ten gaps between two purchase days of a customer are no longer."""
    other_gap: int
    """Eight of ten are no longer."""
    holdouts: Holdouts | None
    """None where the history is too short, or no window is clearly better than a coin."""

    @property
    def notice(self) -> Notice:
        """The choice with its reason, and the other candidate."""
        gaps = f"nine of ten gaps between purchases are at most {self.usual_gap} days"
        gaps = f"{gaps}, eight of ten {self.other_gap}"
        chosen = f"a customer is active for {self.days} days"
        if self.holdouts is None:
            reason = "the history is too short, or too irregular, to test windows on it"
            message, remedy = f"{chosen}: {gaps}; {reason}", "--window DAYS sets another"
            return Notice("window", message, remedy, values={"variant": "untested", **self._values})
        tested = f"tested by the {self.usual_gap} days after each of {self.holdouts.moments} earlier moments"
        error = f"it misjudges {self.holdouts.error:.1%} (mean of those who came back and those who did not)"
        reason = f"{tested}, {error}, the least of all windows"
        message, remedy = f"{chosen}: {reason}; {gaps}", f"--window {self.usual_gap} goes by the gaps"
        found = {"moments": self.holdouts.moments, "error": self.holdouts.error}
        return Notice("window", message, remedy, values={"variant": "tested", **self._values, **found})

    @property
    def _values(self) -> dict[str, object]:
        return {"days": self.days, "usual_gap": self.usual_gap, "other_gap": self.other_gap}


def choose_window(pairs: pl.DataFrame, history_start: date, as_of: date) -> WindowChoice | None:
    """The window of least hold-out error, or else that which nine of ten gaps do not exceed.

    `pairs` are the rows of asking/order_gaps.sql. None where nobody came back.
    """
    usual_gap, other_gap = (gap_quantile(pairs, share) for share in (USUAL_GAP_SHARE, OTHER_GAP_SHARE))
    if usual_gap is None or other_gap is None:
        return None
    holdouts = weigh_windows(pairs, holdout_moments(history_start, as_of, usual_gap), usual_gap)
    days = holdouts.window_days if holdouts else usual_gap
    return WindowChoice(days=days, usual_gap=usual_gap, other_gap=other_gap, holdouts=holdouts)


def gap_quantile(pairs: pl.DataFrame, share: float) -> int | None:
    """The completed gap in days that the share of all completed gaps does not exceed; None without any."""
    gaps = (
        pairs.drop_nulls("next_day")
        .group_by(gap=(pl.col("next_day") - pl.col("day")).dt.total_days())
        .agg(pl.col("n_pairs").sum())
        .sort("gap")
    )
    reached = gaps.filter(pl.col("n_pairs").cum_sum() >= share * pl.col("n_pairs").sum())
    return None if reached.is_empty() else int(reached["gap"][0])


def holdout_moments(history_start: date, as_of: date, horizon_days: int) -> list[date]:
    """Up to twelve moments, 30 days apart, the last one a horizon before as-of.

    Before each there is at least one horizon of history, so that silence can be seen.
    """
    horizon = timedelta(days=horizon_days)
    moments = [as_of - horizon - timedelta(days=STEP_DAYS * step) for step in range(MOST_HOLDOUTS)]
    return [moment for moment in moments if moment - horizon >= history_start]


def weigh_windows(pairs: pl.DataFrame, moments: Sequence[date], horizon_days: int) -> Holdouts | None:
    """The window that would have told best who orders within the horizon after the moments.

    At a moment, whoever has been silent for more than the window is called
    lost. Most customers of a shop do not come back, so the two kinds of
    error weigh the same, however many customers are behind each: calling all
    of them lost is no better than a coin. None without enough moments, or if
    no window errs by `MOST_ERROR` or less.
    """
    if len(moments) < FEWEST_HOLDOUTS:
        return None
    silences = pl.concat(_silences(pairs, moment, horizon_days) for moment in moments)
    counts = silences.group_by("silence").agg(pl.col("back", "gone").sum()).sort("silence")
    back, gone = (pl.col(name).cast(pl.Float64) for name in ("back", "gone"))
    called_lost = 1.0 - back.cum_sum() / back.sum()
    called_active = gone.cum_sum() / gone.sum()
    errors = counts.select("silence", error=(called_lost + called_active) * 0.5)
    best = errors.filter(pl.col("error") <= MOST_ERROR).sort("error", "silence").head(1)
    if best.is_empty():
        return None
    return Holdouts(window_days=int(best["silence"][0]), error=float(best["error"][0]), moments=len(moments))


def _silences(pairs: pl.DataFrame, moment: date, horizon_days: int) -> pl.DataFrame:
    """How many customers have been silent for how many days at the moment, and come back in time or not."""
    now, end = pl.lit(moment), pl.lit(moment + timedelta(days=horizon_days))
    is_last = (pl.col("day") < now) & (pl.col("next_day").is_null() | (pl.col("next_day") >= now))
    is_back = (pl.col("next_day") < end).fill_null(value=False)
    return pairs.filter(is_last).select(
        silence=(now - pl.col("day")).dt.total_days(),
        back=pl.when(is_back).then("n_pairs").otherwise(0),
        gone=pl.when(is_back).then(0).otherwise("n_pairs"),
    )
