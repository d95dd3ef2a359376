"""Groups of options that commands share.

Every default is None, so that an option which was not typed never overrides wieder.toml.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from typer import Argument

from wieder.asking.options import Completes, option, settings_in
from wieder.delivery.targets import FOR_TABLES, Format
from wieder.errors import UsageError
from wieder.periods import PeriodKind

Files = Annotated[
    list[str] | None,
    Argument(
        metavar="[FILE]...",
        help="Exports: files, folders, or - for standard input. [the store]",
        show_default=False,
    ),
]


@dataclass(frozen=True, kw_only=True)
class SourceOptions:
    """Which data are read, and facts that the files do not contain."""

    PANEL: ClassVar = "Input"

    db: str | None = option("--db", metavar="FILE", help="Store. [wieder.duckdb]", setting=("db",))
    config: str | None = option(
        "--config", metavar="FILE", help="Settings file. [wieder.toml in the working directory]"
    )
    mapping: list[str] | None = option(
        "--map", metavar="COLUMN=NAME", help="Name of a column in the export: --map amount=Gesamt."
    )
    decimal: Literal["point", "comma"] | None = option(
        "--decimal", help="Decimal mark, where the files are ambiguous.", setting=("input", "decimal")
    )
    dates: Literal["ymd", "dmy", "mdy"] | None = option(
        "--dates",
        help="Order of day and month, where the files are ambiguous.",
        setting=("input", "dates"),
    )
    encoding: Literal["utf-8", "cp1252", "latin-1", "iso-8859-15", "cp1250", "cp850", "mac-roman"] | None = (
        option(
            "--encoding",
            help="Encoding of files that are not UTF-8. [detected]",
            setting=("input", "encoding"),
        )
    )
    sheet: str | None = option(
        "--sheet",
        metavar="NAME",
        help="Sheet of an Excel workbook. [the first]",
        setting=("input", "sheet"),
    )
    time_zone: str | None = option(
        "--time-zone",
        metavar="ZONE",
        help="Time zone of the shop, for exports in UTC: Europe/Berlin.",
        setting=("input", "time_zone"),
    )
    currency: str | None = option(
        "--currency",
        metavar="CODE",
        help="Keep only orders in this currency, such as EUR.",
        setting=("input", "currency"),
    )
    rates: str | None = option(
        "--rates",
        metavar="FILE",
        help="Exchange rates for other currencies (CSV: date,currency,rate).",
        setting=("input", "rates"),
    )
    drift: list[str] | None = option(
        "--accept-drift",
        metavar="NAME",
        help="Accept an intended difference from earlier exports.",
        setting=("input", "accept_drift"),
    )
    where: str | None = option(
        "--where",
        metavar="CONDITION",
        help="Keep only order rows that meet this SQL condition.",
        setting=("orders", "where"),
    )


@dataclass(frozen=True, kw_only=True)
class SelectionOptions:
    """The time span of the analysis, and its cuts."""

    PANEL: ClassVar = "Time and cuts"

    by: str | None = option(
        "--by",
        metavar="COLUMN,...",
        help="Cut by columns of orders or customers, or by cohort_year.",
        completes=Completes.CUTS,
    )
    top: int | None = option(
        "--top",
        metavar="N",
        minimum=1,
        help="With --by: the N largest segments, and the rest as (other).",
    )
    period: PeriodKind | None = option("--period", help="Length of a period.")
    as_of: str | None = option(
        "--as-of", metavar="DAY", help="Report date: the first day not counted. [the last order's]"
    )
    first: str | None = option(
        "--from", metavar="DATE", help="Start: a day, month, week, quarter or year (2025, 2025-W07)."
    )
    last: str | None = option("--to", metavar="DATE", help="End, inclusive: 2024 ends with 31 December 2024.")
    window: str | None = option(
        "--window",
        metavar="DAYS",
        help="Days a customer stays active after an order, or auto. [180]",
        setting=("retention", "window_days"),
    )
    occasion: Literal["order", "day"] | None = option(
        "--occasion",
        help="Repeat purchase: any further order, or one on another day. [order]",
        setting=("orders", "occasion"),
    )
    incomplete: bool | None = option("--incomplete", help="Include the period that is not over yet.")


@dataclass(frozen=True, kw_only=True)
class MessageOptions:
    """How much a command reports on standard error."""

    PANEL: ClassVar = "Messages"
    IS_QUIET: ClassVar = False
    """Whether notices are hidden where no terminal shows them, unless an option asks for them."""

    quiet: bool | None = option("--quiet/--no-quiet", "-q", help="Errors and alerts only.")
    verbose: bool | None = option("--verbose", "-v", help="All notices, sources, settings and durations.")
    notices: Literal["new", "full"] | None = option(
        "--notices", help="In full: new notices only, or all that apply. [new]"
    )


@dataclass(frozen=True, kw_only=True)
class OutputOptions(MessageOptions):
    """Format and place of a result."""

    PANEL: ClassVar = "Output"

    format: Format | None = option(
        "--format",
        metavar=f"<{'|'.join(FOR_TABLES)}>",
        ignores_case=True,
        help="Format of the result. [table on a terminal, csv in a pipe]",
    )
    output: str | None = option(
        "--output", "-o", metavar="FILE", help="File to write; its ending sets the format."
    )
    lang: Literal["de", "en", "de-AT", "de-CH"] | None = option(
        "--lang", help="Language of tables and reports. [en]", setting=("report", "lang")
    )


@dataclass(frozen=True, kw_only=True)
class ReportOptions:
    """Appearance of the report."""

    templates: str | None = option(
        "--templates",
        metavar="DIR",
        help="Folder with templates that replace the built-in ones.",
        setting=("report", "templates"),
    )
    verify: bool | None = option("--verify", help="Check every number by an independent query first.")


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """Unattended runs: waiting and logging."""

    wait: float | None = option(
        "--wait",
        metavar="SECONDS",
        minimum=0,
        help="How long to wait for another run writing there. [60]",
        setting=("run", "wait_seconds"),
    )
    log: str | None = option(
        "--log", metavar="FILE", help="Append one line of JSON about this run.", setting=("run", "log")
    )


@dataclass(frozen=True, kw_only=True)
class MailOptions:
    """Sending the report."""

    mail: bool | None = option("--mail", help="Send the report by [mail] in wieder.toml.")
    dry_run: bool | None = option(
        "--dry-run", help="With --mail: write the message (-o FILE.eml), send nothing."
    )


@dataclass(frozen=True, kw_only=True)
class HistoryOptions:
    """Results of earlier reports."""

    history: str | None = option(
        "--history",
        metavar="DIR",
        help="Folder in which reports keep their results.",
        setting=("report", "history"),
    )


def typed_settings(*groups: object) -> dict[tuple[str, ...], object]:
    """Return the settings typed as options of these groups, by their path in wieder.toml.

    Raises UsageError for a text that is not a setting.
    """
    typed: dict[tuple[str, ...], object] = {}
    for group in groups:
        typed |= settings_in(group)
        if isinstance(group, SourceOptions):
            typed |= _typed_columns(group.mapping or [])
    window = typed.get(WINDOW)
    return typed if window is None else typed | {WINDOW: _typed_window(str(window))}


WINDOW = ("retention", "window_days")


def _typed_window(text: str) -> object:
    if text != "auto" and not (text.isascii() and text.isdigit() and int(text)):
        raise UsageError(f"--window {text!r} is not a number of days", "write --window 90, or --window auto")
    return text if text == "auto" else int(text)


def _typed_columns(mapping: list[str]) -> dict[tuple[str, ...], object]:
    typed: dict[tuple[str, ...], object] = {}
    for text in mapping:
        column, equals, name = text.partition("=")
        if not (column and equals and name):
            raise UsageError(f"--map {text!r} names no column", "write --map amount=Gesamt")
        typed["columns", column] = name
    return typed
