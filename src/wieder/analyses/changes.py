"""A shop's orders -> what changed since the period and the year before, and which segments moved it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from wieder.analysis import analyse
from wieder.changes import can_be_split, latest_changes, split_changes
from wieder.errors import UsageError
from wieder.kpis import REGISTRY
from wieder.notices import Notice
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wieder.analysis import Analysis, Question
    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.notices import Notify


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What changed in the last period."""

    analysis: Analysis
    changes: pl.DataFrame
    """`changes.CHANGES`."""
    parts: pl.DataFrame
    """`changes.PARTS`; empty if nothing is cut."""


def analyse_changes(con: Connection, question: Question, settings: Settings, notify: Notify) -> Changes:
    """Every KPI against both earlier periods, and split by the dimension of the question, if it has one.

    Raises UsageError if time is not cut, and what `analyse` raises.
    """
    if question.kind is PeriodKind.ALL:
        raise UsageError(
            "without periods there is nothing to compare with", "add --period month, or another one"
        )
    analysis = analyse(con, question, settings, notify)
    return changes_of(analysis)


def changes_of(analysis: Analysis) -> Changes:
    """The same of an analysis that is there."""
    changes = latest_changes(analysis.results, analysis.question.kind)
    segments = pl.concat([analysis.computed[0].clear(), *analysis.computed[1:]])
    return Changes(analysis=analysis, changes=changes, parts=split_changes(changes, segments))


def not_split(kpis: Iterable[str]) -> tuple[Notice, ...]:
    """Names those of `kpis` that cannot be split; nothing if all can."""
    names = ", ".join(kpi for kpi in kpis if not can_be_split(REGISTRY[kpi]))
    message = f"segments of these KPIs do not add up to the whole, so they are not split: {names}"
    return (Notice("not-split", message, values={"kpis": names}),) if names else ()
