"""The columns and rows that tables by period have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.kpis.base import Text
from wieder.marts.base import Type
from wieder.marts.frames import pl
from wieder.tables.base import TableColumn

if TYPE_CHECKING:
    from wieder.kpis.base import Scope

SEGMENT_COLUMNS = (
    TableColumn(name="dimension", type=Type.TEXT, label=Text(de="Merkmal", en="Dimension")),
    TableColumn(name="segment", type=Type.TEXT, label=Text(de="Segment", en="Segment")),
)
"""Both empty for the whole shop."""
PERIOD_COLUMNS = (
    TableColumn(name="period_start", type=Type.DATE, label=Text(de="Von", en="From")),
    TableColumn(
        name="period_end", type=Type.DATE, label=Text(de="Bis ausschließlich", en="Until (exclusive)")
    ),
)
STATE_COLUMNS = (
    TableColumn(name="state", type=Type.TEXT, label=Text(de="Stand", en="State")),
    TableColumn(name="as_of", type=Type.DATE, label=Text(de="Stichtag", en="As of")),
)


def period_rows(scope: Scope) -> pl.LazyFrame:
    """One row per period of the scope: `period` (its number), `period_start`, `period_end` and `as_of`."""
    rows = [(number, period.start, period.end, scope.as_of) for number, period in enumerate(scope.periods)]
    schema = {"period": pl.Int32, "period_start": pl.Date, "period_end": pl.Date, "as_of": pl.Date}
    return pl.LazyFrame(rows, schema=schema, orient="row")
