"""The report: two analyses of the same orders, laid out as one HTML page."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from wieder import messages
from wieder.analysis import analyse, as_a_whole, verifications
from wieder.bridge import coverage
from wieder.cli.session import opened
from wieder.cli.verdicts import refuse_disagreement
from wieder.kpis import REGISTRY
from wieder.notices import Notice
from wieder.output import STDOUT, write
from wieder.report import html
from wieder.report.document import ReportInputs, build
from wieder.store import load_history

if TYPE_CHECKING:
    from wieder.analysis import Analysis, Question
    from wieder.cli.session import Session
    from wieder.verify import Verification


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What a report is made from."""

    by_period: Analysis
    whole: Analysis
    """The same question over the whole span at once."""
    verified: tuple[Verification, ...]
    """What the witnesses said; nothing if they were not asked."""
    sources: tuple[str, ...]
    notices: tuple[Notice, ...] = field(repr=False)


def find(session: Session, question: Question, *, verify: bool) -> Findings:
    """Analyse by period and as a whole, and let the witnesses confirm it if they are wanted."""
    heard: list[Notice] = []

    def hear(notice: Notice) -> None:
        heard.append(notice)
        messages.show_notice(notice)

    with messages.working("computing"), opened(session, hear) as con:
        by_period = analyse(con, question, session.settings, hear)
        verified = verifications(con, by_period) if verify else ()
        whole = as_a_whole(con, by_period, session.settings)
        sources = load_history(con)["file"].unique(maintain_order=True)
    notices = (*heard, coverage(whole.bridge))
    return Findings(
        by_period=by_period, whole=whole, verified=verified, sources=tuple(sources), notices=notices
    )


def write_report(findings: Findings, session: Session) -> None:
    """Write the page, by the user's templates where there are any, and say where it is."""
    refuse_disagreement(findings.verified)
    templates = session.settings.report.templates
    document = build(_inputs(findings, session), REGISTRY)
    page = html.render(document, Path(templates) if templates else None)
    write(page.encode(), session.target.name)
    if session.target.name != STDOUT:
        messages.show_notice(
            Notice("report-written", f"the report is in {session.target.name}", "open it in a browser")
        )


def _inputs(findings: Findings, session: Session) -> ReportInputs:
    by_period, settings = findings.by_period, session.settings
    is_whole_shop = pl.col("dimension") == ""
    return ReportInputs(
        title=settings.report.title,
        lang=session.lang,
        currency=by_period.currency,
        as_of=by_period.scope.as_of,
        history_start=by_period.scope.history_start,
        kind=by_period.question.kind,
        results=by_period.results.filter(is_whole_shop),
        whole=findings.whole.results,
        segments=by_period.results.filter(~is_whole_shop),
        cohorts=by_period.cohorts,
        bridge=findings.whole.bridge,
        notices=findings.notices,
        sources=findings.sources,
        window_days=by_period.scope.window_days,
        occasion=settings.orders.occasion,
        amount_includes=settings.orders.amount_includes,
        amount_less=settings.orders.amount_less,
        witnesses=len({verification.kpi for verification in findings.verified}) or None,
    )
