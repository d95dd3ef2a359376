"""The customers of one moment, told apart by a scheme and its thresholds."""

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
class Told:
    """Who was told apart, and by what."""

    customers: pl.DataFrame
    """One row per customer with a valid order (see `schemes.assign`)."""
    scheme: Scheme
    thresholds: Thresholds


def tell_apart(asked: Asked, at: date, scheme: Scheme, frozen: Thresholds | None = None) -> Told:
    """Put the customers of the day `at` (exclusive) into segments.

    Thresholds that are not frozen are found at that day. Raises UsageError for a rule that is not a condition.
    """
    from wieder.questions.segments.profiles import customer_profiles
    from wieder.questions.segments.thresholds import find_thresholds

    profiles = customer_profiles(asked, at, scheme)
    thresholds = frozen or find_thresholds(profiles, at, asked.settings.segments)
    return Told(customers=assign(profiles, scheme, thresholds), scheme=scheme, thresholds=thresholds)


def notice_other_lookback(asked: Asked, frozen: Thresholds | None) -> None:
    """Say if frozen thresholds were found in another look-back than the one that is asked about."""
    wanted = asked.settings.segments.lookback_days
    if frozen is not None and frozen.lookback_days != wanted:
        asked.notify(
            Notice(
                "thresholds-lookback",
                f"the thresholds are of a look-back of {frozen.lookback_days} days, the customers of {wanted}",
                f"--lookback {frozen.lookback_days} compares like with like; 0 means all orders",
            )
        )
