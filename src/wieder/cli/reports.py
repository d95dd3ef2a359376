"""Commands that write the report: on the user's data, and on the sample shop."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from typer import Exit, Option

from wieder import messages
from wieder.cli.options import (
    Files,
    HistoryOptions,
    MailOptions,
    OutputOptions,
    QuestionOptions,
    ReportOptions,
    RunOptions,
    SourceOptions,
    typed_settings,
    with_options,
)
from wieder.cli.session import Session, begin
from wieder.errors import ExitCode, OutputError, UsageError
from wieder.notices import Notice
from wieder.output import STDOUT
from wieder.periods import PeriodKind
from wieder.placeholders import has_placeholders
from wieder.targets import FOR_REPORTS, Format, choose_target

REPORT_FILE = "report.html"
SAMPLE = ("orders.csv", "customers.csv")

SAMPLE_SETTINGS: dict[tuple[str, ...], object] = {("orders", "complete_history"): True}
"""The sample shop opened on the first day of its data."""

SampleFolder = Annotated[
    str | None, Option("--write", metavar="DIR", help="Write the files of the sample shop, and nothing else.")
]


@dataclass(frozen=True, kw_only=True)
class ReportOutput:
    """In which form the report is written, and where."""

    format: Annotated[
        Format | None,
        Option(
            "--format",
            metavar=f"<{'|'.join(FOR_REPORTS)}>",
            case_sensitive=False,
            help="The table is a summary for one screen. [table; html with -o -]",
        ),
    ] = None
    output: Annotated[
        str | None,
        Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write here; the ending names the format. {period}, {iso_week}, {month}, {quarter}, {year}, "
            "{as_of} and {lang} are filled in, and the folders made.",
        ),
    ] = None
    lang: Annotated[
        Literal["de", "en", "de-AT", "de-CH"] | None, Option("--lang", help="The language. [en]")
    ] = None


@with_options
def report(
    files: Files = None,
    *,
    source: SourceOptions,
    question: QuestionOptions,
    output: ReportOutput,
    look: ReportOptions,
    run: RunOptions,
    mail: MailOptions,
    history: HistoryOptions,
) -> None:
    """Report on the shop, on one screen or in a file.

    -o report.html writes one page that needs nothing else, -o report.xlsx a workbook, -o report.pdf
    the page on paper, and --mail sends it. Ends with exit code 5 if a limit of [alerts] was crossed.
    """
    from wieder.alerts import refuse_unknown_alerts
    from wieder.cli.alerting import told_alerts
    from wieder.cli.posting import prepare_post
    from wieder.cli.questions import question_of
    from wieder.cli.reporting import find
    from wieder.cli.running import alone, deliver, recorded, tell, voice

    session = begin(files, source, as_report(output, mail), question, look, run, history, among=FOR_REPORTS)
    asked = question_of(question, PeriodKind.MONTH)
    show = voice(run)
    refuse_unknown_alerts(session.settings.alerts)
    post = prepare_post(session, mail, show)
    with recorded(session) as record, alone(session, show):
        findings = find(session, asked, verify=bool(look.verify), show=show)
        tell(record, findings, session)
        record.alerts += told_alerts(findings.by_period, session, show)
        deliver(findings, session, post, record, show)
        record.exit_code = ExitCode.THRESHOLD if record.alerts else ExitCode.OK
    raise Exit(record.exit_code)


def as_report(output: ReportOutput, mail: MailOptions) -> OutputOptions:
    """The options of a report: the summary on standard output, unless they name a file or a format.

    Raises UsageError for a placeholder that is not known, and for a rehearsal of nothing.
    """
    if mail.dry_run and not mail.mail:
        raise UsageError("--dry-run is about --mail", "add --mail, or leave out --dry-run")
    name, form = output.output, output.format
    if name is not None:
        has_placeholders(name)
    if mail.dry_run:
        form = Format.HTML  # of what is in the message; the message itself has one form only
    usual = {None: Format.TABLE, STDOUT: Format.HTML}
    return OutputOptions(format=form or usual.get(name), output=name, lang=output.lang)


@with_options
def demo(*, output: OutputOptions, folder: SampleFolder = None) -> None:
    """Show the whole tool on a made-up shop.

    Prints a summary, and writes report.html unless -o names another file.
    """
    from wieder.cli.questions import question_of
    from wieder.cli.reporting import find, write_report
    from wieder.cli.views import summary_view
    from wieder.cli.writing import show

    if folder is not None:
        write_sample_files(folder)
        return
    session = sample_session(as_html(output))
    findings = find(session, question_of(QuestionOptions(by="channel"), PeriodKind.MONTH), verify=True)
    write_report(findings, session)
    if session.target.name != STDOUT:
        show(summary_view(findings.by_period, session))


def as_html(output: OutputOptions) -> OutputOptions:
    """The options of the demo: HTML, into `report.html` unless they name another file."""
    if output.format not in {None, Format.HTML}:
        raise UsageError(
            f"the demo writes HTML, not {output.format}", "`wieder report` writes every form of the report"
        )
    return OutputOptions(format=Format.HTML, output=output.output or REPORT_FILE, lang=output.lang)


def sample_session(output: OutputOptions) -> Session:
    """The sample shop as it was shipped, whatever wieder.toml says about other data."""
    from wieder.config import load_settings
    from wieder.resources import resource

    return Session(
        files=tuple(str(resource("sample_data") / name) for name in SAMPLE),
        settings=load_settings(None, os.environ, typed_settings(output) | SAMPLE_SETTINGS),
        target=choose_target(output.output, output.format),
    )


def write_sample_files(folder: str) -> None:
    """Write the exports of the sample shop. Raises OutputError."""
    from wieder.sample_shop import write_sample

    try:
        written = write_sample(Path(folder))
    except OSError as error:
        raise OutputError(
            f"{folder}: could not be written ({error.strerror})", "name a folder that you may write to"
        ) from error
    messages.show_notice(Notice("sample-written", f"{len(written)} files are in {folder}"))
