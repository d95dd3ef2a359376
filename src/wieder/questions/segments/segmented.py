"""Customers segmented on a given day, with the scheme and thresholds used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.notices import Notice
from wieder.questions.segments.schemes import Scheme, assign

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from wieder.asking.asked import Asked
    from wieder.questions.segments.thresholds import Thresholds


@dataclass(frozen=True, kw_only=True)
class Segmented:
    """Segmented customers, with the scheme and thresholds used."""

    customers: pl.DataFrame
    """One row per customer with a valid order (see `schemes.assign`)."""
    scheme: Scheme
    thresholds: Thresholds


def segment_customers(asked: Asked, at: date, scheme: Scheme, frozen: Thresholds | None = None) -> Segmented:
    """Segment the customers with an order before the day `at`.

    Unless thresholds are frozen, they are derived for that day. Raises UsageError for a rule that is not a
    condition.
    """
    from wieder.questions.segments.profiles import customer_profiles
    from wieder.questions.segments.thresholds import find_thresholds

    profiles = customer_profiles(asked, at, scheme)
    thresholds = frozen or find_thresholds(profiles, at, asked.settings.segments)
    return Segmented(customers=assign(profiles, scheme, thresholds), scheme=scheme, thresholds=thresholds)


def notice_other_lookback(asked: Asked, frozen: Thresholds | None) -> None:
    """Notify if frozen thresholds are based on a different look-back than the segments."""
    wanted = asked.settings.segments.lookback_days
    if frozen is not None and frozen.lookback_days != wanted:
        asked.notify(
            Notice(
                "thresholds-lookback",
                f"the thresholds have a look-back of {frozen.lookback_days} days, the segments one of {wanted}",
                f"use the same look-back with --lookback {frozen.lookback_days} (0: all orders)",
            )
        )
