"""Segment tables of small shops, and their witnesses, for tests."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from shops import TODAY, silent
from wieder.analyses.segments import analyse_moves, analyse_segments
from wieder.analysis import Question
from wieder.config import Retention, Segmentation, Settings
from wieder.periods import PeriodKind
from wieder.verify import verify_table

if TYPE_CHECKING:
    from wieder.analyses.segments import SegmentAnalysis
    from wieder.database import Connection
    from wieder.notices import Notify
    from wieder.tables.thresholds import Thresholds


def options(window: int = 180, **segments: Any) -> Settings:
    """The settings that tests turn."""
    return Settings(segments=Segmentation(**segments), retention=Retention(window_days=window))


def question(as_of: str, **more: Any) -> Question:
    """A question as of an ISO day."""
    return Question(as_of=date.fromisoformat(as_of), today=TODAY, **more)


def segments_of(
    con: Connection,
    as_of: str,
    settings: Settings | None = None,
    *,
    by: tuple[str, ...] = (),
    frozen: Thresholds | None = None,
    notify: Notify = silent,
) -> SegmentAnalysis:
    """The sizes of the segments, which the witness confirms."""
    found = analyse_segments(con, question(as_of, by=by), settings or options(), frozen, notify)
    confirm(con, found)
    return found


def moves_of(
    con: Connection,
    as_of: str,
    settings: Settings | None = None,
    kind: PeriodKind = PeriodKind.MONTH,
    **more: Any,
) -> SegmentAnalysis:
    """The moves between segments, which the witness confirms."""
    found = analyse_moves(con, question(as_of, kind=kind, **more), settings or options(), None, silent)
    confirm(con, found)
    return found


def confirm(con: Connection, found: SegmentAnalysis) -> None:
    """Ask the witness about every cut of a table."""
    for cut in found.cuts:
        of_cut = found.frame.filter((found.frame["dimension"] == "") == cut.is_whole)
        assert verify_table(con, of_cut, found.table, cut).disagreements == ()


def sizes(found: SegmentAnalysis, segment: str = "") -> dict[str, int]:
    """Segment -> customers, without the empty ones."""
    rows = found.frame.filter(segment=segment).select("customer_segment", "customers").rows()
    return {name: customers for name, customers in rows if customers}
