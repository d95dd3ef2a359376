"""Commands that write the report: on the user's data, and on the sample shop."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from typer import Option

from wieder import messages
from wieder.cli.options import (
    Files,
    OutputOptions,
    QuestionOptions,
    ReportOptions,
    RunOptions,
    SourceOptions,
    typed_settings,
    with_options,
)
from wieder.cli.session import Session, begin
from wieder.errors import OutputError, UsageError
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
    lang: Annotated[Literal["de", "en"] | None, Option("--lang", help="The language. [en]")] = None


@with_options
def report(
    files: Files = None,
    *,
    source: SourceOptions,
    question: QuestionOptions,
    output: ReportOutput,
    look: ReportOptions,
    run: RunOptions,
) -> None:
    """Report on the shop: a summary for one screen, or a file for the people who decide.

    -o report.html writes one page that needs nothing else, -o report.xlsx a workbook, -o report.pdf
    the page on paper.
    """
    from wieder.cli.questions import question_of
    from wieder.cli.reporting import find, write_report
    from wieder.cli.running import alone, recorded, tell, voice

    session = begin(files, source, as_report(output), question, look, run, among=FOR_REPORTS)
    asked = question_of(question, PeriodKind.MONTH)
    show = voice(run)
    with recorded(session) as record, alone(session, show):
        findings = find(session, asked, verify=bool(look.verify), show=show)
        tell(record, findings, session)
        record.outputs += write_report(findings, session, show)


def as_report(output: ReportOutput) -> OutputOptions:
    """The options of a report: the summary on standard output, unless they name a file or a format."""
    usual = {None: Format.TABLE, STDOUT: Format.HTML}
    name = output.output
    if name is not None:
        has_placeholders(name)
    return OutputOptions(format=output.format or usual.get(name), output=name, lang=output.lang)


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
