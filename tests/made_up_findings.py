"""Findings for a report, assembled from frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from wieder.asking.answer import Answer
from wieder.asking.reconciliation import Reconciliation
from wieder.asking.witness import Verification
from wieder.config import OrderRules, Report, Settings
from wieder.kpis import REGISTRY
from wieder.kpis.base import Scope
from wieder.periods import Period, PeriodKind
from wieder.questions.kpis import RESULTS, Computed
from wieder.questions.restated.table import RESTATED
from wieder.report.findings import Findings, Layout

if TYPE_CHECKING:
    from datetime import date

    from wieder.locale.text import Lang
    from wieder.notices import Notice

LAYOUT = Layout()


def findings_of(
    *,
    results: pl.DataFrame,
    segments: pl.DataFrame,
    whole: pl.DataFrame,
    cohorts: pl.DataFrame,
    bridge: pl.DataFrame,
    kind: PeriodKind,
    history_start: date,
    as_of: date,
    sources: tuple[str, ...],
    notices: tuple[Notice, ...],
    witnesses: int,
    occasion: Any,
    title: str = "",
    lang: Lang = "en",
    currency: str = "EUR",
    window_days: int = 180,
    layout: Layout = LAYOUT,
    restated: pl.DataFrame | None = None,
    waits: Any = (),
    customer_segments: Any = None,
    **gathered: Any,
) -> Findings:
    """Return findings with these results, `witnesses` confirmed KPIs, and other sections by name."""
    settings = Settings(report=Report(lang=lang, title=title), orders=OrderRules(occasion=occasion))
    scope = Scope(periods=(), history_start=history_start, as_of=as_of, window_days=window_days)
    facts = {"scope": scope, "currency": currency}
    span = (Period(history_start, as_of),)
    return Findings(
        settings=settings,
        layout=layout,
        by_period=answer(kind, pl.concat([results, segments], how="diagonal_relaxed"), (), **facts),
        whole=answer(PeriodKind.ALL, whole, span, **facts),
        reconciliation=Reconciliation(bridge=bridge, currency=currency, amount_includes=None),
        gathered={"cohorts": cohorts, "repeat": waits, "segments": customer_segments, **gathered},
        loads=pl.DataFrame({"file": sources}, schema={"file": pl.String}),
        notices=notices,
        verified=tuple(
            Verification(kpi=kpi, compared=1, disagreements=()) for kpi in list(REGISTRY)[:witnesses]
        ),
        kept=None,
        restated=pl.DataFrame(schema=RESTATED.schema) if restated is None else restated,
    )


def answer(
    kind: PeriodKind, results: pl.DataFrame, shown: tuple[Period, ...], **facts: Any
) -> Answer[Computed]:
    """Return the answer with these results."""
    return Answer(
        table=RESULTS,
        frame=results,
        kind=kind,
        shown=shown,
        cuts=(),
        periods=(),
        behind=Computed(by_cut=()),
        **facts,
    )
