"""The data behind a report: results, gathered answers, layout and notices."""

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
    """An analysis table that is shown as it is."""

    table: Table
    frame: pl.DataFrame
    """The columns of `table`, or some of them."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The user's choices for the page."""

    look: Look | None = None
    sections: tuple[str, ...] = ()
    """Names of the `SECTIONS` to show, in this order; empty for the usual ones."""
    comments: Mapping[str, str] = field(default_factory=dict)
    """Section -> Markdown."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """The data behind a report, complete before drawing begins."""

    settings: Settings = field(repr=False)
    layout: Layout = field(repr=False)
    """The user's choices for the page, validated."""
    by_period: Answer[Computed]
    """The KPIs by period and segment, with comparisons and the usual range."""
    whole: Answer[Computed]
    """The KPIs of the same orders over the whole span as one period."""
    reconciliation: Reconciliation
    """The bridge from rows to orders over the whole span."""
    gathered: Mapping[str, Any]
    """Section -> its data besides the KPIs; the section's module defines their type."""
    loads: pl.DataFrame = field(repr=False)
    """The files that were read: one row per load and file."""
    notices: tuple[Notice, ...] = field(repr=False, default=())
    verified: tuple[Verification, ...] = ()
    """Results of the independent checks by the witnesses; empty if they were not run."""
    kept: Kept | None = None
    """The state to keep for comparison with later reports; None if nothing is to be kept."""
    restated: pl.DataFrame = field(repr=False, default_factory=lambda: pl.DataFrame(schema=RESTATED.schema))
    """`questions.restated.RESTATED`: values changed since the last report; empty if none was kept."""

    @property
    def lang(self) -> Lang:
        """The language of the report."""
        return self.settings.report.lang

    @property
    def currency(self) -> str:
        """ISO code, or empty if unknown."""
        return self.by_period.currency

    @property
    def kind(self) -> PeriodKind:
        """The kind of the periods."""
        return self.by_period.kind

    @property
    def as_of(self) -> date:
        """The report date, exclusive: the data end the day before."""
        return self.by_period.scope.as_of

    @property
    def history_start(self) -> date:
        """The day of the first valid order."""
        return self.by_period.scope.history_start

    @property
    def window_days(self) -> int:
        """Days a customer stays active after an order."""
        return self.by_period.scope.window_days

    @property
    def results(self) -> pl.DataFrame:
        """The result frame of the whole shop by period; the last period is complete."""
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
        """Number of KPIs confirmed by their witness without a difference; 0 if none was checked."""
        return len(REGISTRY.keys() & {verification.kpi for verification in self.verified})
