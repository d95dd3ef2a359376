"""Further results of the made-up shop: flow, time to the second order, and segments."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from wieder.asking.compute import WHOLE
from wieder.asking.table import as_table, cut_rows
from wieder.config import Segmentation
from wieder.models.kaplan_meier import Waits
from wieder.questions.flow import FLOW
from wieder.questions.moves import moves_between, moves_table, states
from wieder.questions.segments.schemes import assign, scheme_of
from wieder.questions.segments.table import segment_sizes, segments_table
from wieder.questions.segments.thresholds import find_thresholds
from wieder.report.findings import TableInput
from wieder.report.sections.segments import SegmentsFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wieder.periods import Period

LIFECYCLE = Segmentation(scheme="lifecycle")


def flow(periods: Sequence[Period], as_of: date) -> TableInput:
    """Return the flow; the first six periods are unknown, like the retention of the shop."""
    rows = [_flow_row(place, period, as_of) for place, period in enumerate(periods)]
    return TableInput(table=FLOW, frame=pl.DataFrame(rows, schema=FLOW.schema))


def _flow_row(place: int, period: Period, as_of: date) -> dict[str, Any]:
    keys = {"dimension": "", "segment": "", "period_start": period.start, "period_end": period.end}
    circumstances = {"window_days": 180, "as_of": as_of}
    if place < 6:
        return keys | circumstances | {"state": "none"}
    start, new, reactivated, lost = 900 + 20 * place, 160 + 3 * place, 40 + place % 7, 150 + 2 * place
    counts = {
        "active_start": start, "new": new, "reactivated": reactivated, "lost": lost,
        "active_end": start + new + reactivated - lost, "retained": start - lost, "new_lapsed": 0,
        "quick_ratio": (new + reactivated) / lost, "state": "final",
    }  # fmt: skip
    return keys | circumstances | counts


def waits() -> tuple[Waits, ...]:
    """Return waiting times: fewer customers come back each day, and from day 30 on some are censored."""
    return tuple(
        Waits(days=day, events=60 - day // 10, censored=10 if day >= 30 else 0) for day in range(1, 400)
    )


def customer_segments(period: Period) -> SegmentsFound:
    """Return life-cycle segments with customers who stay, move and arrive."""
    scheme = scheme_of(LIFECYCLE, 180)
    after, before = (pl.DataFrame(list(_customers(n))) for n in (500, 460))
    thresholds = find_thresholds(after, period.end, LIFECYCLE)
    end, begin = (assign(one, scheme, thresholds) for one in (after, before))
    sizes, moves = segments_table(scheme, LIFECYCLE), moves_table(scheme, LIFECYCLE, thresholds, [period])
    known = cut_rows(states(end, scheme), WHOLE)
    moved = moves_between(states(begin, scheme), known, scheme, period)
    return SegmentsFound(
        scheme=scheme,
        thresholds=thresholds,
        sizes=TableInput(
            table=sizes, frame=as_table(segment_sizes(cut_rows(end, WHOLE), scheme), sizes, WHOLE)
        ),
        moves=TableInput(table=moves, frame=as_table(moved, moves, WHOLE)),
    )


def _customers(n: int) -> Iterator[dict[str, Any]]:
    for customer in range(n):
        orders = 1 + customer % 4
        yield {
            "customer": customer, "segment": 0,
            "first_order": date(2022, 4, 1), "last_order": date(2025, 1, 1),
            "days_since_last_order": (customer * 37 + n) % 400, "last_gap_days": 20 + customer % 300,
            "orders": orders, "revenue": 30.0 * orders + customer, "lookback_orders": orders,
            "lookback_revenue": 30.0 * orders + customer,
        }  # fmt: skip
