"""The options of every question that tells customers apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from wieder.asking.options import option
from wieder.asking.question import Companion, Heed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wieder.asking.answer import Answer
    from wieder.asking.selection import Selection
    from wieder.config import Settings
    from wieder.questions.segments.thresholds import Thresholds
    from wieder.questions.segments.told import Told


@dataclass(frozen=True, kw_only=True)
class SegmentOptions:
    """By what customers are told apart."""

    scheme: Literal["rfm", "lifecycle", "abc", "vip", "rules"] | None = option(
        "--scheme",
        help="By recency, frequency and money; activity; value; your rules. [rfm]",
        setting=("segments", "scheme"),
    )
    lookback: int | None = option(
        "--lookback",
        metavar="DAYS",
        minimum=0,
        help="RFM, ABC, VIP: only orders so long ago. [all]",
        setting=("segments", "lookback_days"),
    )
    thresholds: str | None = option(
        "--thresholds", metavar="FILE", help="Use the thresholds that were saved here."
    )
    save_thresholds: str | None = option(
        "--save-thresholds", metavar="FILE", help="Save the thresholds, for comparisons over time."
    )

    @cached_property
    def frozen(self) -> Thresholds | None:
        """The thresholds of the file, if one is named; it is read once. Raises UsageError."""
        from wieder.questions.segments.thresholds import read_thresholds

        return read_thresholds(Path(self.thresholds)) if self.thresholds else None


def refuse_unreadable(options: SegmentOptions, selection: Selection, settings: Settings) -> None:
    """Raise UsageError for a file that does not hold thresholds."""
    del selection, settings
    _ = options.frozen


def unheard_window(options: SegmentOptions, settings: Settings) -> Iterable[Heed]:
    """The activity window changes nothing but for the life cycle."""
    del options
    return () if settings.segments.scheme == "lifecycle" else (Heed.WINDOW,)


def _thresholds_text(answer: Answer[Told]) -> str:
    from wieder.questions.segments.thresholds import thresholds_text

    return thresholds_text(answer.behind.thresholds)


THRESHOLDS_FILE: Companion[Any] = Companion(
    name=lambda options: options.save_thresholds, text=_thresholds_text
)
"""The file that `--save-thresholds` names."""
