"""Everything that a report is made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import polars as pl

    from wieder.config import SectionName
    from wieder.kpis.base import Lang
    from wieder.models.kaplan_meier import Waits
    from wieder.notices import Notice
    from wieder.periods import PeriodKind
    from wieder.report.look import Look
    from wieder.tables.base import Table
    from wieder.tables.schemes import Scheme
    from wieder.tables.thresholds import Thresholds


@dataclass(frozen=True, kw_only=True)
class TableInput:
    """An analysis table to be shown as it is."""

    table: Table
    frame: pl.DataFrame
    """The columns of `table`, or some of them."""


@dataclass(frozen=True, kw_only=True)
class SegmentInput:
    """The customers of the last period's end, told apart, and who moved during that period."""

    scheme: Scheme
    thresholds: Thresholds
    sizes: TableInput
    moves: TableInput | None
    """None where time is not cut."""


@dataclass(frozen=True, kw_only=True)
class ChangesInput:
    """What changed, and which segments moved it."""

    changes: pl.DataFrame
    """`changes.CHANGES`."""
    parts: pl.DataFrame
    """`changes.PARTS`; empty if nothing is cut."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What the user decides about the page."""

    look: Look | None = None
    sections: tuple[SectionName, ...] = ()
    """Those of `outline.SECTIONS` to show, in this order; none for all."""
    comments: Mapping[SectionName, str] = field(default_factory=dict)
    """Section -> Markdown."""


@dataclass(frozen=True, kw_only=True)
class ReportInputs:
    """Everything that a report is made from."""

    title: str
    """Empty for the default title."""
    layout: Layout = field(default_factory=Layout)
    lang: Lang
    currency: str
    """ISO code, or empty if it is not known."""
    as_of: date
    """The first day that is not known any more."""
    history_start: date
    """The day of the first valid order."""
    kind: PeriodKind
    results: pl.DataFrame
    """The result frame by period, with comparisons and the usual range; its last period is complete."""
    whole: pl.DataFrame
    """The result frame over the whole span, one period."""
    segments: pl.DataFrame
    """The result frame by period and one or more dimensions; may be empty."""
    cohorts: pl.DataFrame
    """One row per cohort and age: cohort_start, age, customers, active, state."""
    changes: ChangesInput | None = None
    restated: pl.DataFrame | None = None
    """`restatement.RESTATED`: what the report before said otherwise; None if none was kept."""
    flow: TableInput | None = None
    """The flow of customers by period (see tables.flow)."""
    waits: tuple[Waits, ...] = ()
    """Each customer once, by the days to the second purchase, or observed without one."""
    customer_segments: SegmentInput | None = None
    churn: tuple[TableInput, ...] = ()
    """What is known of the errors of each way to see churn."""
    value: tuple[TableInput, ...] = ()
    """Customer value by formula, realised, by model, and its back-test."""
    bridge: pl.DataFrame
    """One row per step: step, rows, orders, amount."""
    notices: tuple[Notice, ...]
    sources: tuple[str, ...]
    """Names of the files that were read."""
    window_days: int
    """A customer is active for this many days after an order."""
    occasion: str
    """`order` or `day`: what a repeat purchase is."""
    amount_includes: tuple[str, ...] | None = None
    """What the amounts of the export include; None where that is not known."""
    amount_less: tuple[str, ...] = ()
    """Columns that are taken off the amounts of the export."""
    witnesses: int | None
    """How many KPIs were recomputed by their witness without a difference; None if none were."""
