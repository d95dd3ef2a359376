"""The answer to a question: a table and the scope, periods and cuts it was computed for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from wieder.periods import Period

if TYPE_CHECKING:
    import polars as pl

    from wieder.asking.compute import Cut
    from wieder.asking.table import Table
    from wieder.kpis.base import Scope
    from wieder.periods import PeriodKind

B = TypeVar("B")


@dataclass(frozen=True, kw_only=True)
class Answer(Generic[B]):
    """One table, with the scope, periods and cuts behind it."""

    table: Table
    frame: pl.DataFrame
    """`table.schema`, sorted by its keys; the whole shop first, then the segments."""
    scope: Scope
    kind: PeriodKind
    """The kind of period that time is divided into."""
    shown: tuple[Period, ...]
    """The requested periods; the scope also has earlier ones for comparison."""
    cuts: tuple[Cut, ...]
    periods: tuple[Period, ...]
    """The periods that the witness reads."""
    currency: str
    """ISO code; empty if the exports name none, or several."""
    behind: B
    """Further results that the view shows along with the rows; None for most questions."""

    @property
    def shown_span(self) -> Period:
        """The span from the first to the last day shown; it ends at the report date at the latest."""
        return Period(self.shown[0].start, min(self.shown[-1].end, self.scope.as_of))
