"""The report: two analyses of the same orders, as a page, a workbook, or on one screen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from wieder import messages
from wieder.analyses.report_parts import report_parts
from wieder.analyses.witnesses import table_verifications
from wieder.analysis import analyse, as_a_whole, verifications
from wieder.bridge import coverage
from wieder.cli.history import restated_since
from wieder.cli.session import opened, refuse_overwriting
from wieder.cli.verdicts import refuse_disagreement
from wieder.cli.writing import screen_text
from wieder.kpis import REGISTRY
from wieder.notices import Notice
from wieder.output import STDOUT, make_folder_of, write
from wieder.placeholders import Occasion, fill, has_placeholders
from wieder.report import html
from wieder.report.document import build
from wieder.report.inputs import Layout, ReportInputs
from wieder.report.look import look
from wieder.report.summary import WIDTH, summarise, summary_page
from wieder.run_log import OutputFile
from wieder.store import load_history
from wieder.targets import Format

if TYPE_CHECKING:
    from wieder.analyses.report_parts import ReportParts
    from wieder.analyses.restatement import Kept
    from wieder.analysis import Analysis, Question
    from wieder.cli.session import Session
    from wieder.config import Report, Settings
    from wieder.database import Connection
    from wieder.notices import Notify
    from wieder.verify import Verification

OPENED_BY = {
    Format.TABLE: "",
    Format.HTML: "open it in a browser",
    Format.XLSX: "open it in a spreadsheet",
    Format.PDF: "print it, or send it on",
}


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What a report is made from."""

    layout: Layout = field(repr=False)
    """What the user decides about the page."""
    by_period: Analysis
    parts: ReportParts
    """What the report shows beside the KPIs."""
    whole: Analysis
    """The same question over the whole span at once."""
    verified: tuple[Verification, ...]
    """What the witnesses said; nothing if they were not asked."""
    loads: pl.DataFrame = field(repr=False)
    """The files behind it: one row per load and file."""
    notices: tuple[Notice, ...] = field(repr=False)
    kept: Kept | None
    """What later reports are compared with; None if nothing is to be kept."""
    restated: pl.DataFrame = field(repr=False)
    """`restatement.RESTATED`: what the report before said otherwise."""


def find(
    session: Session, question: Question, *, verify: bool, show: Notify = messages.show_notice
) -> Findings:
    """Analyse by period and as a whole, and let the witnesses confirm it if they are wanted.

    Raises UsageError before any data are read if the page cannot look as it is wanted.
    """
    heard: list[Notice] = []
    layout = layout_of(session.settings.report)

    def hear(notice: Notice) -> None:
        heard.append(notice)
        show(notice)

    with messages.working("computing"), opened(session, hear) as con:
        by_period = analyse(con, question, session.settings, hear)
        parts = report_parts(con, by_period, session.settings, hear)
        kept, since = restated_since(con, by_period, session)
        whole = as_a_whole(con, by_period, session.settings)
        loads = load_history(con)
        verified = _verified(con, by_period, session.settings) if verify else ()
    notices = (*heard, coverage(whole.bridge))
    return Findings(
        layout=layout,
        by_period=by_period,
        parts=parts,
        whole=whole,
        verified=verified,
        loads=loads,
        notices=notices,
        kept=kept,
        restated=since,
    )


def _verified(con: Connection, by_period: Analysis, settings: Settings) -> tuple[Verification, ...]:
    """What the witnesses say of the KPIs, and of the tables, which a report has of the whole shop only."""
    of_the_shop = replace(by_period, question=replace(by_period.question, by=(), top=None))
    return (*verifications(con, by_period), *table_verifications(con, of_the_shop, settings))


def write_report(
    findings: Findings, session: Session, show: Notify = messages.show_notice
) -> tuple[OutputFile, ...]:
    """Write the report where and how the session says, and say where it is. Gives what was written."""
    refuse_disagreement(findings.verified)
    name = target_name(findings, session)
    data = rendered(report_inputs(findings, session), session, session.target.format)
    write(data, name)
    if name != STDOUT:
        show(Notice("report-written", f"the report is in {name}", OPENED_BY[session.target.format]))
    return (OutputFile(name=name, bytes=len(data)),)


def target_name(findings: Findings, session: Session) -> str:
    """The name of the target for the period that was analysed; its folders are made."""
    name = session.target.name
    if not session.target.is_file or not has_placeholders(name):
        return name
    filled = fill(name, occasion(findings, session))
    refuse_overwriting(session, filled)
    make_folder_of(filled)
    return filled


def occasion(findings: Findings, session: Session) -> Occasion:
    """What a file name or a run log may tell of the analysis."""
    by_period = findings.by_period
    return Occasion(
        period=by_period.shown[-1],
        kind=by_period.question.kind,
        as_of=by_period.scope.as_of,
        lang=session.lang,
    )


def rendered(inputs: ReportInputs, session: Session, form: Format) -> bytes:
    """The report in one of `FOR_REPORTS`, by the user's templates where there are any."""
    match form:
        case Format.TABLE:
            return screen_text(summary_page(summarise(inputs, REGISTRY)), session.target, WIDTH)
        case Format.XLSX:
            from wieder.report.workbook import report_workbook

            return report_workbook(inputs, REGISTRY)
        case Format.PDF:
            from wieder.report.pdf import to_pdf

            return to_pdf(_page(inputs, session), inputs.as_of)
    return _page(inputs, session).encode()


def _page(inputs: ReportInputs, session: Session) -> str:
    templates = session.settings.report.templates
    return html.render(build(inputs, REGISTRY), Path(templates) if templates else None)


def layout_of(report: Report) -> Layout:
    """What `[report]` says about the page. Raises UsageError for a logo or a colour that cannot be used."""
    return Layout(
        look=look(Path(report.logo) if report.logo else None, report.colours),
        sections=report.sections,
        comments=report.comments,
    )


def report_inputs(findings: Findings, session: Session) -> ReportInputs:
    """Everything that the report is made from."""
    by_period, parts, settings = findings.by_period, findings.parts, session.settings
    return ReportInputs(
        title=settings.report.title,
        layout=findings.layout,
        lang=session.lang,
        currency=by_period.currency,
        as_of=by_period.scope.as_of,
        history_start=by_period.scope.history_start,
        kind=by_period.question.kind,
        results=by_period.results.filter(pl.col("dimension") == ""),
        changes=parts.changes,
        restated=findings.restated,
        whole=findings.whole.results,
        segments=by_period.results.filter(pl.col("dimension") != ""),
        cohorts=by_period.cohorts,
        flow=parts.flow,
        waits=parts.waits,
        customer_segments=parts.customer_segments,
        churn=parts.churn,
        value=parts.value,
        bridge=findings.whole.bridge,
        notices=findings.notices,
        sources=tuple(findings.loads["file"].unique(maintain_order=True)),
        window_days=by_period.scope.window_days,
        occasion=settings.orders.occasion,
        amount_includes=findings.whole.amount_includes,
        amount_less=settings.orders.amount_less,
        witnesses=len(REGISTRY.keys() & {verification.kpi for verification in findings.verified}) or None,
    )
