"""What the segment commands have to show."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wieder.cli.writing import View
from wieder.locale import texts
from wieder.report import grids
from wieder.report.numbers import numbers_for
from wieder.report.segment_grids import move_grids, threshold_grids, with_localised_segments

if TYPE_CHECKING:
    from wieder.analyses.segments import SegmentAnalysis
    from wieder.cli.session import Session
    from wieder.report.grids import Grid

SHOWN_CUSTOMERS = 50
"""Readers see so many; files for programs hold all."""


def segments_view(found: SegmentAnalysis, session: Session) -> View:
    """The sizes of the segments; readers also see the thresholds."""
    lang = session.lang

    def shown() -> tuple[Grid, ...]:
        frame = with_localised_segments(found.frame.drop("place"), found.scheme, lang)
        sizes = grids.table_grid(frame, found.table, lang, found.currency)
        return (sizes, *threshold_grids(found.thresholds, found.scheme, lang, found.currency))

    return View(frame=found.frame, grids=shown)


def moves_view(found: SegmentAnalysis, session: Session) -> View:
    """Pairs of segments for programs, a matrix per period for readers."""
    title = found.table.label[session.lang]
    return View(frame=found.frame, grids=lambda: move_grids(found.frame, found.scheme, title, session.lang))


def customers_view(found: SegmentAnalysis, session: Session) -> View:
    """All customers for programs, the first ones for readers."""
    lang, text = session.lang, texts(session.lang)

    def shown() -> tuple[Grid, ...]:
        first = with_localised_segments(found.frame.head(SHOWN_CUSTOMERS), found.scheme, lang)
        grid = grids.table_grid(first, found.table, lang, found.currency)
        if found.frame.height > SHOWN_CUSTOMERS:
            counts = numbers_for(lang).count
            title = text("customers.first", shown=counts(first.height), all=counts(found.frame.height))
            grid = replace(grid, title=title)
        return (grid,)

    return View(frame=found.frame, grids=shown)
