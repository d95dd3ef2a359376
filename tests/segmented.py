"""Segment tables of small shops, and their witnesses, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asked import asked_of, confirm
from shops import silent
from wieder.config import Retention, Segmentation, Settings
from wieder.periods import PeriodKind
from wieder.questions import moves, segments

if TYPE_CHECKING:
    from wieder.asking.answer import Answer
    from wieder.database import Connection
    from wieder.notices import Notify
    from wieder.questions.segments.segmented import Segmented
    from wieder.questions.segments.thresholds import Thresholds


def options(window: int = 180, **segments: Any) -> Settings:
    """Return settings with the options that tests vary."""
    return Settings(segments=Segmentation(**segments), retention=Retention(window_days=window))


def segments_of(
    con: Connection,
    as_of: str,
    settings: Settings | None = None,
    *,
    by: tuple[str, ...] = (),
    frozen: Thresholds | None = None,
    notify: Notify = silent,
) -> Answer[Segmented]:
    """Return the sizes of the segments, confirmed by the witness."""
    asked = asked_of(con, rules=settings or options(), notify=notify, as_of=as_of, by=by)
    found = segments.segments_of(asked, frozen)
    confirm(asked, found)
    return found


def moves_of(
    con: Connection,
    as_of: str,
    settings: Settings | None = None,
    kind: PeriodKind = PeriodKind.MONTH,
    **more: Any,
) -> Answer[Segmented]:
    """Return the moves between segments, confirmed by the witness."""
    asked = asked_of(con, rules=settings or options(), as_of=as_of, kind=kind, **more)
    found = moves.moves_of(asked)
    confirm(asked, found)
    return found


def sizes(found: Answer[Segmented], segment: str = "") -> dict[str, int]:
    """Return customers by segment, without empty segments."""
    rows = found.frame.filter(segment=segment).select("customer_segment", "customers").rows()
    return {name: customers for name, customers in rows if customers}
