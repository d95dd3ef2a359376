"""The demo command: the report on the sample shop."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

from typer import Option

from wieder.asking.options import option
from wieder.asking.view import View
from wieder.cli.options import OutputOptions, SelectionOptions, typed_settings
from wieder.cli.selection import selection_of
from wieder.cli.session import Session, notifier_of
from wieder.delivery.output import STDOUT
from wieder.delivery.targets import Format, choose_target
from wieder.errors import OutputError, UsageError
from wieder.notices import Notice
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from wieder.asking.answer import Answer
    from wieder.locale.text import Lang
    from wieder.notices import Notify
    from wieder.questions.kpis import Computed

REPORT_FILE = "report.html"
SAMPLE = ("orders.csv", "customers.csv")

SAMPLE_SETTINGS: dict[tuple[str, ...], object] = {("orders", "complete_history"): True}
"""The data of the sample shop begin on its first day of business."""

SampleFolder = Annotated[
    str | None,
    Option("--write", metavar="DIR", help="Only write the exports of the sample shop there."),
]


@dataclass(frozen=True, kw_only=True)
class DemoOutput(OutputOptions):
    """Place of the page that the demo writes."""

    PANEL: ClassVar = "Output"

    format: Format | None = option(
        "--format", metavar=f"<{Format.HTML}>", ignores_case=True, help="Format of the page. [html]"
    )
    output: str | None = option("--output", "-o", metavar="FILE", help="File for the page. [report.html]")


def demo(*, output: DemoOutput, folder: SampleFolder = None) -> None:
    """Show the whole tool on a made-up shop.

    Prints a summary, and writes report.html unless -o names another file.
    """
    from wieder.cli.report import find, write_report
    from wieder.cli.writing import show

    if folder is not None:
        write_sample_files(folder, notifier_of(output))
        return
    session = sample_session(as_html(output))
    findings = find(session, selection_of(SelectionOptions(by="channel"), PeriodKind.MONTH), verify=True)
    write_report(findings, session)
    if session.target.name != STDOUT:
        show(summary_view(findings.by_period, session.lang))


def as_html(output: DemoOutput) -> OutputOptions:
    """The output options of the demo: HTML in `report.html`, unless they name another file."""
    if output.format not in {None, Format.HTML}:
        raise UsageError(
            f"the demo writes HTML, not {output.format}", "omit --format, or use `wieder report --format`"
        )
    return replace(output, format=Format.HTML, output=output.output or REPORT_FILE)


def sample_session(output: OutputOptions) -> Session:
    """A session on the shipped sample shop; the settings file, which is about other data, is not read."""
    from wieder.config.reading import load_settings
    from wieder.writing.shipped import resource

    return Session(
        files=tuple(str(resource("sample_data") / name) for name in SAMPLE),
        settings=load_settings(None, os.environ, typed_settings(output) | SAMPLE_SETTINGS),
        target=choose_target(output.output, output.format),
        notifier=notifier_of(output),
    )


def write_sample_files(folder: str, notify: Notify) -> None:
    """Write the exports of the sample shop. Raises OutputError."""
    from wieder.sample_shop import write_sample

    try:
        written = write_sample(Path(folder))
    except OSError as error:
        raise OutputError(
            f"{folder}: could not be written ({error.strerror})", "name a folder in which you may write"
        ) from error
    notify(Notice("sample-written", f"{len(written)} files are in {folder}"))


def summary_view(answer: Answer[Computed], lang: Lang) -> View:
    """The KPIs of the summary, in the last period."""
    from wieder.kpis import REGISTRY, kpis_shown
    from wieder.kpis.base import Shown
    from wieder.writing.kpi_grids import kpi_grids

    last = answer.frame.filter(period_start=answer.shown[-1].start, dimension="")
    first = {kpi: REGISTRY[kpi] for kpi in kpis_shown(Shown.SUMMARY)}
    return View(frame=last, grids=lambda: kpi_grids(last, first, lang, answer.currency, answer.kind))
