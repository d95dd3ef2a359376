"""The report command: finds everything that the report shows, renders it and delivers it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from typer import Exit

from wieder.asking.options import option
from wieder.cli.options import (
    Files,
    HistoryOptions,
    MailOptions,
    OutputOptions,
    ReportOptions,
    RunOptions,
    SelectionOptions,
    SourceOptions,
)
from wieder.cli.selection import selection_of
from wieder.cli.session import begin, opened_shop, refuse_overwriting
from wieder.delivery import messages
from wieder.delivery.output import STDOUT, make_folder_of, write
from wieder.delivery.placeholders import fill, has_placeholders, occasion_of
from wieder.delivery.targets import FOR_REPORTS, Format
from wieder.errors import ExitCode, UsageError
from wieder.notices import Notice
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from wieder.asking.selection import Selection
    from wieder.cli.post import Post
    from wieder.cli.session import Session
    from wieder.delivery.run_log import OutputFile, Run
    from wieder.delivery.targets import Target
    from wieder.report.findings import Findings

OPENED_BY = {
    Format.TABLE: "",
    Format.HTML: "open it in a browser",
    Format.XLSX: "open it in a spreadsheet",
    Format.PDF: "print it, or send it on",
}


@dataclass(frozen=True, kw_only=True)
class ReportOutput(OutputOptions):
    """Format and place of the report."""

    PANEL: ClassVar = "Output"
    IS_QUIET: ClassVar = True

    format: Format | None = option(
        "--format",
        metavar=f"<{'|'.join(FOR_REPORTS)}>",
        ignores_case=True,
        help="Format; table is a summary for one screen. [table; html with -o -]",
    )
    output: str | None = option(
        "--output",
        "-o",
        metavar="FILE",
        help="File to write, such as 'reports/{period}.html'.",
    )


def report(
    files: Files = None,
    *,
    look: ReportOptions,
    history: HistoryOptions,
    mail: MailOptions,
    run: RunOptions,
    selection: SelectionOptions,
    output: ReportOutput,
    source: SourceOptions,
) -> None:
    """Report on the shop, on one screen or in a file.

    -o report.html writes a self-contained page, -o report.xlsx a workbook, -o report.pdf the page for
    print, and --mail sends it. In the name of the file, {period}, {iso_week}, {month}, {quarter}, {year},
    {as_of} and {lang} are filled in, and missing folders are created. Without a terminal, notices are
    hidden unless --no-quiet, --notices or --verbose is given.

    The exit code is 5 if a limit of [alerts] was crossed.
    """
    from wieder.cli.post import prepare_post
    from wieder.cli.run import alone, record, recorded
    from wieder.questions.alerts import refuse_unknown_alerts, report_alerts

    session = begin(files, source, as_report(output, mail), selection, look, run, history, among=FOR_REPORTS)
    asked = selection_of(selection, PeriodKind.MONTH)
    show = session.notifier
    refuse_unknown_alerts(session.settings.alerts)
    post = prepare_post(session, mail, show)
    with recorded(session) as this_run, alone(session, show):
        findings = find(session, asked, verify=bool(look.verify))
        record(this_run, findings)
        this_run.alerts += report_alerts(findings.by_period, session.settings, show, messages.show_alert)
        deliver(findings, session, post, this_run)
        this_run.exit_code = ExitCode.THRESHOLD if this_run.alerts else ExitCode.OK
    raise Exit(this_run.exit_code)


def as_report(output: ReportOutput, mail: MailOptions) -> OutputOptions:
    """The output options of a report: the summary on standard output, unless they name a file or a format.

    Raises UsageError for an unknown placeholder, and for --dry-run without --mail.
    """
    if mail.dry_run and not mail.mail:
        raise UsageError("--dry-run has no effect without --mail", "add --mail, or omit --dry-run")
    name, form = output.output, output.format
    if name is not None:
        has_placeholders(name)
    if mail.dry_run:
        form = Format.HTML  # for the body of the message, which has one form
    usual = {None: Format.TABLE, STDOUT: Format.HTML}
    return replace(output, format=form or usual.get(name))


def find(session: Session, selection: Selection, *, verify: bool) -> Findings:
    """Answer every question of the report; with `verify`, recompute the numbers by the independent queries.

    These cover KPIs by segment, and the tables of the whole shop.

    Raises UsageError before any data are read if a setting of the page is wrong.
    """
    from wieder.asking.asked import ask
    from wieder.cli.verify import verifications
    from wieder.counting.bridge import coverage
    from wieder.questions.restated import restated_since
    from wieder.report.layout import layout_of
    from wieder.report.page import findings_of

    notices: list[Notice] = []
    layout = layout_of(session.settings.report)

    def notify(notice: Notice) -> None:
        notices.append(notice)
        session.notifier(notice)

    with session.notifier.working("computing"), opened_shop(session, notify) as shop:
        asked = ask(shop, selection)
        asked.warn_of_truncated_history()
        found = findings_of(asked, layout)
        kept, since = restated_since(asked, found.by_period)
        verified = tuple(verifications(asked, tables_of=asked.whole_shop)) if verify else ()
    noted = (*notices, coverage(found.reconciliation.bridge))
    return replace(found, notices=noted, verified=verified, kept=kept, restated=since)


def write_report(findings: Findings, session: Session) -> tuple[OutputFile, ...]:
    """Write the report to the target of the session, and return the files that were written."""
    from wieder.cli.verify import refuse_disagreement
    from wieder.delivery.run_log import OutputFile
    from wieder.report.page import rendered

    refuse_disagreement(findings.verified)
    name = target_name(findings, session)
    target = session.target
    data = on_screen(findings, target) if target.format is Format.TABLE else rendered(findings, target.format)
    write(data, name)
    if name != STDOUT:
        remedy = OPENED_BY[session.target.format]
        session.notifier(Notice("report-written", f"the report is in {name}", remedy))
    return (OutputFile(name=name, bytes=len(data)),)


def target_name(findings: Findings, session: Session) -> str:
    """The name of the target for the analysed period; missing folders are created."""
    name = session.target.name
    if not session.target.is_file or not has_placeholders(name):
        return name
    filled = fill(name, occasion_of(findings))
    refuse_overwriting(session, filled)
    make_folder_of(filled)
    return filled


def on_screen(findings: Findings, target: Target) -> bytes:
    """The summary for one screen."""
    from wieder.cli.writing import screen_text
    from wieder.kpis import REGISTRY
    from wieder.report.summary import WIDTH, summarise, summary_page

    return screen_text(summary_page(summarise(findings, REGISTRY)), target, WIDTH)


def deliver(findings: Findings, session: Session, post: Post | None, run: Run) -> None:
    """Write the report, send it, or both; the outputs are added to `run`.

    A report that is sent is printed only if a file is named. The results of a published report are kept
    where `[report] history` names a folder.
    """
    from wieder.cli.post import post_report
    from wieder.cli.run import keep
    from wieder.cli.verify import refuse_disagreement

    refuse_disagreement(findings.verified)
    if post is None or (session.target.is_file and not post.is_dry_run):
        run.outputs += write_report(findings, session)
    if post is not None:
        name = target_name(findings, session) if post.is_dry_run else ""
        run.outputs.append(post_report(findings, session, run.alerts, post, name))
    is_published = session.target.is_file if post is None else not post.is_dry_run
    if findings.kept and is_published:
        keep(findings.kept, session.settings.report.history)
