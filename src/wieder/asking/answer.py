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
    """One table with its circumstances."""

    table: Table
    frame: pl.DataFrame
    """`table.schema`, sorted by its keys; the whole shop first, then the segments."""
    scope: Scope
    kind: PeriodKind
    """How time was cut."""
    shown: tuple[Period, ...]
    """The periods that were asked for; the scope has earlier ones to compare with."""
    cuts: tuple[Cut, ...]
    periods: tuple[Period, ...]
    """Those that the witness reads."""
    currency: str
    """ISO code, or empty where the export names none."""
    behind: B
    """Further results that the view shows beside the rows; None for most questions."""

    @property
    def shown_span(self) -> Period:
        """From the first day to the last of what is shown."""
        return Period(self.shown[0].start, min(self.shown[-1].end, self.scope.as_of))
