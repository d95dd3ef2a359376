"""The options that commands share: typed once, with their help, in three frozen groups.

Every default is None, so that an option which was not typed never beats wieder.toml.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, fields, is_dataclass
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_type_hints

from typer import Argument, Option

from wieder.errors import UsageError
from wieder.periods import PeriodKind
from wieder.targets import FOR_TABLES, Format

if TYPE_CHECKING:
    from collections.abc import Callable

Files = Annotated[
    list[str] | None,
    Argument(
        metavar="[FILE]...",
        help="Exports: files, folders, or - for standard input. Without any, the store is read.",
        show_default=False,
    ),
]


@dataclass(frozen=True, kw_only=True)
class SourceOptions:
    """Which data are read, and what the files do not say about themselves."""

    db: Annotated[str | None, Option("--db", metavar="FILE", help="The store. [wieder.duckdb]")] = None
    config: Annotated[
        str | None, Option("--config", metavar="FILE", help="The settings. [./wieder.toml, if there is one]")
    ] = None
    mapping: Annotated[
        list[str] | None,
        Option(
            "--map", metavar="COLUMN=NAME", help="What a column is called in the export: --map amount=Gesamt."
        ),
    ] = None
    decimal: Annotated[
        Literal["point", "comma"] | None,
        Option("--decimal", help="The decimal mark, where the files are ambiguous."),
    ] = None
    dates: Annotated[
        Literal["ymd", "dmy", "mdy"] | None,
        Option("--dates", help="The order of day and month, where the files are ambiguous."),
    ] = None
    encoding: Annotated[
        Literal["utf-8", "cp1252", "latin-1", "iso-8859-15", "cp1250", "cp850", "mac-roman"] | None,
        Option("--encoding", help="The encoding of texts that are not UTF-8. [found out]"),
    ] = None
    sheet: Annotated[
        str | None, Option("--sheet", metavar="NAME", help="The sheet of an Excel workbook. [the first]")
    ] = None
    time_zone: Annotated[
        str | None,
        Option("--time-zone", metavar="ZONE", help="Where the shop is, for exports in UTC: Europe/Berlin."),
    ] = None
    currency: Annotated[
        str | None,
        Option("--currency", metavar="CODE", help="Keep only orders in this currency, such as EUR."),
    ] = None
    rates: Annotated[
        str | None,
        Option("--rates", metavar="FILE", help="Convert the others into it: a CSV with date,currency,rate."),
    ] = None
    drift: Annotated[
        list[str] | None,
        Option("--accept-drift", metavar="NAME", help="A difference to earlier exports that is meant."),
    ] = None
    where: Annotated[
        str | None,
        Option("--where", metavar="CONDITION", help="Keep only order rows that meet this SQL condition."),
    ] = None


@dataclass(frozen=True, kw_only=True)
class QuestionOptions:
    """Which time is asked about, and how it is cut."""

    by: Annotated[
        str | None,
        Option(
            "--by", metavar="COLUMN,...", help="Also by these columns of orders or customers, or cohort_year."
        ),
    ] = None
    top: Annotated[
        int | None,
        Option("--top", metavar="N", min=1, help="With --by: the N segments with most orders, and the rest."),
    ] = None
    period: Annotated[
        PeriodKind | None,
        Option("--period", help="How the time is cut. [all; report, verify, cohorts, flow: month]"),
    ] = None
    as_of: Annotated[
        str | None,
        Option("--as-of", metavar="DAY", help="The first day that is not counted. [the last order's]"),
    ] = None
    first: Annotated[
        str | None,
        Option("--from", metavar="DATE", help="From here on: a day, month, week, quarter or year."),
    ] = None
    last: Annotated[
        str | None, Option("--to", metavar="DATE", help="Up to here, inclusive: 2024 means its last day.")
    ] = None
    window: Annotated[
        str | None,
        Option(
            "--window",
            metavar="DAYS",
            help="Active for so long after an order; auto: as the data suggest, with the reason. [180]",
        ),
    ] = None
    occasion: Annotated[
        Literal["order", "day"] | None,
        Option(
            "--occasion", help="A repeat purchase is a further order, or an order on a further day. [order]"
        ),
    ] = None
    incomplete: Annotated[
        bool | None, Option("--incomplete", help="With the period that is not over yet.", show_default=False)
    ] = None


By = Annotated[
    str | None, Option("--by", metavar="COLUMN,...", help="Also by these columns of first orders.")
]
Top = Annotated[
    int | None, Option("--top", metavar="N", min=1, help="With --by: the N largest; the rest is one.")
]
GroupBy = Annotated[
    Literal["cohort", "segment"] | None,
    Option("--group", help="Also by the period of the first order, or by the segments of [segments]."),
]


@dataclass(frozen=True, kw_only=True)
class MomentOptions:
    """For which day customers are told apart."""

    as_of: Annotated[
        str | None,
        Option("--as-of", metavar="DAY", help="The first day that is not counted. [the last order's]"),
    ] = None
    window: Annotated[
        str | None,
        Option("--window", metavar="DAYS", help="Active for so long after an order, or auto. [180]"),
    ] = None


@dataclass(frozen=True, kw_only=True)
class OutputOptions:
    """In which form a result is written, and where."""

    format: Annotated[
        Format | None,
        Option(
            "--format",
            metavar=f"<{'|'.join(FOR_TABLES)}>",
            case_sensitive=False,
            help="[table on a terminal, csv in a pipe]",
        ),
    ] = None
    output: Annotated[
        str | None, Option("--output", "-o", metavar="FILE", help="Write here; the ending names the format.")
    ] = None
    lang: Annotated[
        Literal["de", "en", "de-AT", "de-CH"] | None, Option("--lang", help="The language. [en]")
    ] = None


@dataclass(frozen=True, kw_only=True)
class ReportOptions:
    """How the report looks."""

    templates: Annotated[
        str | None,
        Option("--templates", metavar="DIR", help="Your own templates, in front of the built-in ones."),
    ] = None
    verify: Annotated[
        bool | None,
        Option("--verify", help="Let the witnesses confirm every number first.", show_default=False),
    ] = None


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """How a report behaves where nobody watches."""

    quiet: Annotated[
        bool | None,
        Option(
            "--quiet/--no-quiet",
            help="No notices, only errors and alerts. [quiet, unless a terminal watches]",
            show_default=False,
        ),
    ] = None
    wait: Annotated[
        float | None,
        Option("--wait", metavar="SECONDS", min=0, help="Wait so long for a run that writes there. [60]"),
    ] = None
    log: Annotated[
        str | None, Option("--log", metavar="FILE", help="Add one line of JSON about this run.")
    ] = None


@dataclass(frozen=True, kw_only=True)
class ForecastOptions:
    """What the value of customers is forecast for."""

    horizon: Annotated[
        int | None, Option("--horizon", metavar="DAYS", min=1, max=3650, help="So far ahead. [365]")
    ] = None
    discount_rate: Annotated[
        float | None,
        Option("--discount-rate", metavar="SHARE", min=0, max=1, help="What a year takes off money. [0.1]"),
    ] = None
    margin: Annotated[
        float | None,
        Option("--margin", metavar="SHARE", max=1, help="What is left of revenue: values are times it. [1]"),
    ] = None


@dataclass(frozen=True, kw_only=True)
class MailOptions:
    """Whether the report is sent."""

    mail: Annotated[
        bool | None,
        Option("--mail", help="Send it as [mail] in wieder.toml says.", show_default=False),
    ] = None
    dry_run: Annotated[
        bool | None,
        Option(
            "--dry-run",
            help="With --mail: write the message (-o FILE.eml), send nothing.",
            show_default=False,
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class HistoryOptions:
    """What earlier reports said."""

    history: Annotated[
        str | None,
        Option("--history", metavar="DIR", help="The folder in which reports keep their results."),
    ] = None


@dataclass(frozen=True, kw_only=True)
class SegmentOptions:
    """By what customers are told apart."""

    scheme: Annotated[
        Literal["rfm", "lifecycle", "abc", "vip", "rules"] | None,
        Option("--scheme", help="By recency, frequency and money; activity; value; your rules. [rfm]"),
    ] = None
    lookback: Annotated[
        int | None,
        Option("--lookback", metavar="DAYS", min=0, help="RFM, ABC, VIP: only orders so long ago. [all]"),
    ] = None
    thresholds: Annotated[
        str | None, Option("--thresholds", metavar="FILE", help="Use the thresholds that were saved here.")
    ] = None
    save_thresholds: Annotated[
        str | None,
        Option("--save-thresholds", metavar="FILE", help="Save the thresholds, for comparisons over time."),
    ] = None


SETTINGS: dict[str, tuple[str, ...]] = {
    "db": ("db",),
    "decimal": ("input", "decimal"),
    "dates": ("input", "dates"),
    "encoding": ("input", "encoding"),
    "sheet": ("input", "sheet"),
    "time_zone": ("input", "time_zone"),
    "currency": ("input", "currency"),
    "rates": ("input", "rates"),
    "drift": ("input", "accept_drift"),
    "where": ("orders", "where"),
    "occasion": ("orders", "occasion"),
    "window": ("retention", "window_days"),
    "horizon": ("forecast", "horizon_days"),
    "discount_rate": ("forecast", "yearly_discount_rate"),
    "margin": ("forecast", "margin"),
    "scheme": ("segments", "scheme"),
    "lookback": ("segments", "lookback_days"),
    "lang": ("report", "lang"),
    "templates": ("report", "templates"),
    "history": ("report", "history"),
    "log": ("run", "log"),
    "wait": ("run", "wait_seconds"),
}
"""Option -> the setting of wieder.toml that it overrides."""

Group = (
    SourceOptions
    | QuestionOptions
    | ForecastOptions
    | SegmentOptions
    | OutputOptions
    | ReportOptions
    | RunOptions
    | HistoryOptions
)


def typed_settings(*groups: Group) -> dict[tuple[str, ...], object]:
    """The settings that were typed as options of these groups, by their path in wieder.toml."""
    typed: dict[tuple[str, ...], object] = {}
    for group in groups:
        values = {field.name: getattr(group, field.name) for field in fields(group)}
        typed |= {
            SETTINGS[name]: value for name, value in values.items() if name in SETTINGS and value is not None
        }
        if isinstance(group, SourceOptions):
            typed |= _typed_columns(group.mapping or [])
        if isinstance(group, QuestionOptions) and group.window is not None:
            typed[SETTINGS["window"]] = _typed_window(group.window)
    return typed


def _typed_window(text: str) -> object:
    if text != "auto" and not (text.isascii() and text.isdigit() and int(text)):
        raise UsageError(f"--window {text!r} is no number of days", "write --window 90, or --window auto")
    return text if text == "auto" else int(text)


def _typed_columns(mapping: list[str]) -> dict[tuple[str, ...], object]:
    typed: dict[tuple[str, ...], object] = {}
    for text in mapping:
        column, equals, name = text.partition("=")
        if not (column and equals and name):
            raise UsageError(f"--map {text!r} names no column", "write --map amount=Gesamt")
        typed["columns", column] = name
    return typed


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """`command` as Typer wants it: each parameter that is a group is replaced by the options of the group.

    A group is any dataclass; a command may bring its own.
    """
    hints = get_type_hints(command, include_extras=True)
    groups = {name: hint for name, hint in hints.items() if isinstance(hint, type) and is_dataclass(hint)}

    @wraps(command)
    def run(**typed: Any) -> None:
        packed = {
            name: group(**{field.name: typed.pop(field.name) for field in fields(group)})
            for name, group in groups.items()
        }
        command(**typed, **packed)

    signature = inspect.signature(command)
    parameters = [
        parameter
        for name, given in signature.parameters.items()
        for parameter in (_parameters(groups[name]) if name in groups else [_resolved(given, hints[name])])
    ]
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return run


def _parameters(group: type) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name]
        )
        for field in fields(group)
    ]


def _resolved(parameter: inspect.Parameter, annotation: Any) -> inspect.Parameter:
    return parameter.replace(annotation=annotation, kind=inspect.Parameter.KEYWORD_ONLY)
