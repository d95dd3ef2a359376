"""The options of every question that segments customers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from wieder.asking.options import option
from wieder.asking.question import Companion, Selector

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wieder.asking.answer import Answer
    from wieder.asking.selection import Selection
    from wieder.config import Settings
    from wieder.questions.segments.segmented import Segmented
    from wieder.questions.segments.thresholds import Thresholds


@dataclass(frozen=True, kw_only=True)
class SegmentOptions:
    """Scheme, look-back and thresholds of customer segments."""

    scheme: Literal["rfm", "lifecycle", "abc", "vip", "rules"] | None = option(
        "--scheme",
        help="Segment by RFM, activity, ABC class, VIP or your rules. [rfm]",
        setting=("segments", "scheme"),
    )
    lookback: int | None = option(
        "--lookback",
        metavar="DAYS",
        minimum=0,
        help="RFM, ABC, VIP: only orders of the last DAYS days. [all]",
        setting=("segments", "lookback_days"),
    )
    thresholds: str | None = option(
        "--thresholds", metavar="FILE", help="Use the thresholds saved in this file."
    )
    save_thresholds: str | None = option(
        "--save-thresholds",
        metavar="FILE",
        help="Save the thresholds to this file, for comparisons over time.",
    )

    @cached_property
    def frozen(self) -> Thresholds | None:
        """The frozen thresholds, read once; None without a file. Raises the UsageError of `read_thresholds`."""
        from wieder.questions.segments.thresholds import read_thresholds

        return read_thresholds(Path(self.thresholds)) if self.thresholds else None


def refuse_unreadable(options: SegmentOptions, selection: Selection, settings: Settings) -> None:
    """Raise UsageError for a file without valid thresholds."""
    del selection, settings
    _ = options.frozen


def window_without_effect(options: SegmentOptions, settings: Settings) -> Iterable[Selector]:
    """Return the activity window, which has an effect on the life cycle only."""
    del options
    return () if settings.segments.scheme == "lifecycle" else (Selector.WINDOW,)


def _thresholds_text(answer: Answer[Segmented]) -> str:
    from wieder.questions.segments.thresholds import thresholds_text

    return thresholds_text(answer.behind.thresholds)


THRESHOLDS_FILE: Companion[Any] = Companion(
    name=lambda options: options.save_thresholds, text=_thresholds_text
)
"""The file of `--save-thresholds`."""
