"""Everything that a report is made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from wieder.kpis import REGISTRY
from wieder.questions.restated.table import RESTATED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from wieder.asking.answer import Answer
    from wieder.asking.reconciliation import Reconciliation
    from wieder.asking.table import Table
    from wieder.asking.witness import Verification
    from wieder.config import Settings
    from wieder.locale.text import Lang
    from wieder.notices import Notice
    from wieder.periods import PeriodKind
    from wieder.questions.kpis import Computed
    from wieder.questions.restated.kept import Kept
    from wieder.report.look import Look


@dataclass(frozen=True, kw_only=True)
class TableInput:
    """An analysis table to be shown as it is."""

    table: Table
    frame: pl.DataFrame
    """The columns of `table`, or some of them."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What the user decides about the page."""

    look: Look | None = None
    sections: tuple[str, ...] = ()
    """Those of `SECTIONS` to show, in this order; none for the usual ones."""
    comments: Mapping[str, str] = field(default_factory=dict)
    """Section -> Markdown."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """Everything that a report is made from."""

    settings: Settings = field(repr=False)
    layout: Layout = field(repr=False)
    """What the user decides about the page, checked."""
    by_period: Answer[Computed]
    """The KPIs by period and segment, with comparisons and the usual range."""
    whole: Answer[Computed]
    """Those of the same orders over the whole span at once."""
    reconciliation: Reconciliation
    """What became of every row, for the whole span."""
    gathered: Mapping[str, Any]
    """Section -> what it shows beside the KPIs; of which type, its module knows."""
    loads: pl.DataFrame = field(repr=False)
    """The files behind it: one row per load and file."""
    notices: tuple[Notice, ...] = field(repr=False, default=())
    verified: tuple[Verification, ...] = ()
    """What the witnesses said; empty if they were not asked."""
    kept: Kept | None = None
    """What later reports are compared with; None if nothing is to be kept."""
    restated: pl.DataFrame = field(repr=False, default_factory=lambda: pl.DataFrame(schema=RESTATED.schema))
    """`questions.restated.RESTATED`: what the report before said otherwise; empty if none was kept."""

    @property
    def lang(self) -> Lang:
        """The language of what readers see."""
        return self.settings.report.lang

    @property
    def currency(self) -> str:
        """ISO code, or empty if it is not known."""
        return self.by_period.currency

    @property
    def kind(self) -> PeriodKind:
        """How time is cut."""
        return self.by_period.kind

    @property
    def as_of(self) -> date:
        """The first day that is not known any more."""
        return self.by_period.scope.as_of

    @property
    def history_start(self) -> date:
        """The day of the first valid order."""
        return self.by_period.scope.history_start

    @property
    def window_days(self) -> int:
        """A customer is active for this many days after an order."""
        return self.by_period.scope.window_days

    @property
    def results(self) -> pl.DataFrame:
        """The result frame of the whole shop by period; its last period is complete."""
        return self.by_period.frame.filter(pl.col("dimension") == "")

    @property
    def segments(self) -> pl.DataFrame:
        """The result frame by period and one or more dimensions; may be empty."""
        return self.by_period.frame.filter(pl.col("dimension") != "")

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the files that were read."""
        return tuple(self.loads["file"].unique(maintain_order=True))

    @property
    def n_confirmed(self) -> int:
        """How many KPIs were recomputed by their witness without a difference; 0 if none were."""
        return len(REGISTRY.keys() & {verification.kpi for verification in self.verified})
