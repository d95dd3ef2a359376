"""Customers told apart, and who moved between the segments, for the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.report.grids import Grid, table_grid
from wieder.report.segment_grids import move_grids, threshold_grids, with_localised_segments

if TYPE_CHECKING:
    from wieder.report.figures import Desk
    from wieder.report.inputs import SegmentInput, TableInput

SHOWN = (
    "customer_segment", "customers", "customer_share", "revenue", "revenue_share", "average_order_value",
    "orders_per_customer", "median_days_since_last_order",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CustomerSegments:
    """The sizes of the segments, what customers were told apart by, and the moves of the last period."""

    definition: str
    """The glossary entry of the sizes."""
    sizes: Grid
    thresholds: tuple[Grid, ...]
    moves: tuple[Grid, ...]


def customer_segments(found: SegmentInput | None, desk: Desk) -> CustomerSegments | None:
    """The segments as tables; None if there are no customers to be told apart."""
    if found is None or found.sizes.frame.is_empty():
        return None
    lang, currency = desk.lang, desk.numbers.currency
    frame = with_localised_segments(found.sizes.frame.select(SHOWN), found.scheme, lang)
    return CustomerSegments(
        definition=f"table-{found.sizes.table.id}",
        sizes=table_grid(frame, found.sizes.table, lang, currency),
        thresholds=threshold_grids(found.thresholds, found.scheme, lang, currency),
        moves=_moves(found.moves, found, desk) if found.moves else (),
    )


def _moves(moves: TableInput, found: SegmentInput, desk: Desk) -> tuple[Grid, ...]:
    return move_grids(moves.frame, found.scheme, moves.table.label[desk.lang], desk.lang)
