"""Choice of the activity window, the days after which a silent customer is lost: by tests, or by gaps."""

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
"""The largest mean of both error rates with which a window is chosen; random guessing has 0.5.

By chance alone, the best of many windows is a little below 0.5. A window that calls nearly
all customers who come back lost is always above this limit, even if it gets all others right.
"""


@dataclass(frozen=True, kw_only=True)
class Holdouts:
    """Result of testing windows at cut-off dates in the past: predicted against actual activity."""

    window_days: int
    """The window with the smallest error; the shortest if there are several."""
    error: float
    """Mean of the share of returning customers called lost, and of lost customers called active."""
    cutoffs: int
    """Number of cut-off dates."""


@dataclass(frozen=True, kw_only=True)
class WindowChoice:
    """The chosen window with the reasons for it."""

    days: int
    usual_gap: int
    """Days; nine of ten gaps between two purchase days of a customer are not longer."""
    other_gap: int
    """Days; eight of ten gaps are not longer."""
    holdouts: Holdouts | None
    """None if the history is too short, or no window is clearly better than random guessing."""

    @property
    def notice(self) -> Notice:
        """The choice with its reason, and the other candidate."""
        gaps = f"nine of ten gaps between purchases are at most {self.usual_gap} days"
        gaps = f"{gaps}, eight of ten {self.other_gap}"
        chosen = f"a customer is active for {self.days} days"
        if self.holdouts is None:
            reason = "the history is too short or too irregular to test windows"
            message, remedy = f"{chosen}: {gaps}; {reason}", f"to set another: --window {self.other_gap}"
            return Notice("window", message, remedy, values={"variant": "untested", **self._values})
        tests = f"{self.holdouts.cutoffs} cut-off dates, {self.usual_gap} days ahead"
        reason = f"lowest error ({self.holdouts.error:.1%}) at {tests}"
        message, remedy = f"{chosen}: {reason}; {gaps}", f"to go by the gaps: --window {self.usual_gap}"
        found = {"cutoffs": self.holdouts.cutoffs, "error": self.holdouts.error}
        return Notice("window", message, remedy, values={"variant": "tested", **self._values, **found})

    @property
    def _values(self) -> dict[str, object]:
        return {"days": self.days, "usual_gap": self.usual_gap, "other_gap": self.other_gap}


def choose_window(pairs: pl.DataFrame, history_start: date, as_of: date) -> WindowChoice | None:
    """The window with the smallest holdout error, or else the one that nine of ten gaps do not exceed.

    `pairs` are the rows of asking/order_gaps.sql. None if no customer came back.
    """
    usual_gap, other_gap = (gap_quantile(pairs, share) for share in (USUAL_GAP_SHARE, OTHER_GAP_SHARE))
    if usual_gap is None or other_gap is None:
        return None
    holdouts = weigh_windows(pairs, holdout_cutoffs(history_start, as_of, usual_gap), usual_gap)
    days = holdouts.window_days if holdouts else usual_gap
    return WindowChoice(days=days, usual_gap=usual_gap, other_gap=other_gap, holdouts=holdouts)


def gap_quantile(pairs: pl.DataFrame, share: float) -> int | None:
    """The gap in days that this share (0 to 1) of all completed gaps does not exceed; None without gaps."""
    gaps = (
        pairs.drop_nulls("next_day")
        .group_by(gap=(pl.col("next_day") - pl.col("day")).dt.total_days())
        .agg(pl.col("n_pairs").sum())
        .sort("gap")
    )
    reached = gaps.filter(pl.col("n_pairs").cum_sum() >= share * pl.col("n_pairs").sum())
    return None if reached.is_empty() else int(reached["gap"][0])


def holdout_cutoffs(history_start: date, as_of: date, horizon_days: int) -> list[date]:
    """Up to twelve cut-off dates, 30 days apart, latest first; the latest is a horizon before `as_of`.

    There is at least one horizon of history before each, so that silence can be observed.
    """
    horizon = timedelta(days=horizon_days)
    cutoffs = [as_of - horizon - timedelta(days=STEP_DAYS * step) for step in range(MOST_HOLDOUTS)]
    return [cutoff for cutoff in cutoffs if cutoff - horizon >= history_start]


def weigh_windows(pairs: pl.DataFrame, cutoffs: Sequence[date], horizon_days: int) -> Holdouts | None:
    """The window that best predicts which customers order within the horizon after the cut-off dates.

    At a cut-off date, a customer who has been silent for longer than the window
    is called lost. Most customers of a shop do not come back, so both kinds of
    error have the same weight, however many customers each concerns: calling all
    of them lost is as bad as guessing. None for fewer than `FEWEST_HOLDOUTS`
    cut-off dates, or if no window has an error of `MOST_ERROR` or less.
    """
    if len(cutoffs) < FEWEST_HOLDOUTS:
        return None
    silences = pl.concat(_silences(pairs, cutoff, horizon_days) for cutoff in cutoffs)
    counts = silences.group_by("silence").agg(pl.col("back", "gone").sum()).sort("silence")
    back, gone = (pl.col(name).cast(pl.Float64) for name in ("back", "gone"))
    called_lost = 1.0 - back.cum_sum() / back.sum()
    called_active = gone.cum_sum() / gone.sum()
    errors = counts.select("silence", error=(called_lost + called_active) * 0.5)
    best = errors.filter(pl.col("error") <= MOST_ERROR).sort("error", "silence").head(1)
    if best.is_empty():
        return None
    return Holdouts(window_days=int(best["silence"][0]), error=float(best["error"][0]), cutoffs=len(cutoffs))


def _silences(pairs: pl.DataFrame, cutoff: date, horizon_days: int) -> pl.DataFrame:
    """Rows of days of silence at the cut-off date, and of customers who came back in time or did not."""
    now, end = pl.lit(cutoff), pl.lit(cutoff + timedelta(days=horizon_days))
    is_last = (pl.col("day") < now) & (pl.col("next_day").is_null() | (pl.col("next_day") >= now))
    is_back = (pl.col("next_day") < end).fill_null(value=False)
    return pairs.filter(is_last).select(
        silence=(now - pl.col("day")).dt.total_days(),
        back=pl.when(is_back).then("n_pairs").otherwise(0),
        gone=pl.when(is_back).then(0).otherwise("n_pairs"),
    )
