"""The command line: its commands and its exit codes."""

from __future__ import annotations

from functools import partial
from inspect import cleandoc
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.main import get_command

from wieder import __version__
from wieder.asking.question import EVERYTHING, Chapter, Selector
from wieder.cli import config, data, demo, explain, formats, report, schedule, setup, topics, verify
from wieder.cli.help import Built, Commands, Declared
from wieder.cli.parameters import with_options
from wieder.cli.questions import declared, examples_text
from wieder.cli.suggestions import unknown_option
from wieder.delivery.output import STDOUT, write
from wieder.errors import DataError, ExitCode
from wieder.periods import PeriodKind
from wieder.questions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wieder.errors import UsageError

EXIT_CODES = """\b
Exit codes:
    0  success
    1  error in wieder, or a number that its independent query contradicts
    2  wrong option, argument or setting
    3  file or store refused: missing, unreadable or ambiguous
    4  result could not be written
    5  alert: a number is beyond a limit of [alerts]
    6  quality gate failed
  130  interrupted by Ctrl-C
"""


def _other(
    chapter: Chapter,
    command: Callable[..., None],
    *,
    usual: PeriodKind = PeriodKind.ALL,
    selectors: frozenset[Selector] = EVERYTHING,
    settings: dict[str, Any] | None = None,
    examples: tuple[str, str],
) -> Declared:
    """A command that does not ask a question; its help is its docstring."""
    return Declared(
        name=command.__name__.removesuffix("_"),
        chapter=chapter,
        help=cleandoc(command.__doc__ or ""),
        function=partial(with_options, command, usual=usual, selectors=selectors),
        epilog=examples_text(examples),
        settings=settings,
    )


OTHERS = (
    _other(
        Chapter.DATA,
        setup.init,
        examples=("init orders.csv customers.csv", "init orders.csv --time-zone Europe/Berlin --yes"),
    ),
    _other(
        Chapter.DATA,
        data.load,
        examples=("load orders.csv customers.csv", "load orders.csv --exported-at 2026-01-01T06:00"),
    ),
    _other(Chapter.DATA, data.loads, examples=("loads", "loads --format json")),
    _other(Chapter.DATA, data.unload, examples=("unload 1", "unload 1 --db shop.duckdb --format table")),
    _other(
        Chapter.DATA,
        data.check,
        selectors=EVERYTHING - data.WITHOUT_EFFECT_ON_CHECK,
        examples=("check orders.csv", "check --rules --format csv"),
    ),
    _other(
        Chapter.DATA,
        data.rejects,
        examples=("rejects faulty.csv", "rejects faulty.csv --mend faulty.csv -o corrected.csv"),
    ),
    _other(Chapter.DATA, formats.formats, examples=("formats", "formats shopify_orders")),
    _other(Chapter.DATA, config.config, examples=("config --set", "config report.lang")),
    _other(
        Chapter.KPIS,
        verify.verify,
        usual=PeriodKind.MONTH,
        examples=("verify orders.csv customers.csv", "verify --by channel"),
    ),
    _other(Chapter.REPORTS, demo.demo, examples=("demo", "demo --write sample")),
    _other(
        Chapter.REPORTS,
        report.report,
        usual=PeriodKind.MONTH,
        examples=(
            "report orders.csv customers.csv -o report.html",
            "report --period week -o 'reports/{period}.html'",
        ),
    ),
    _other(
        Chapter.REPORTS,
        schedule.schedule,
        settings=schedule.AS_TYPED,
        examples=("schedule", "schedule --period month report -o 'reports/{month}.html'"),
    ),
    _other(Chapter.HELP, topics.help_, examples=("help settings", "help tables -o tables.md")),
    _other(
        Chapter.HELP, explain.explain, examples=("explain repeat_purchase_rate orders.csv", "explain cohorts")
    ),
)


class Program(Commands):
    """All commands, by chapter, questions first."""

    declared = MappingProxyType(
        {
            one.name: one
            for chapter in Chapter
            for one in (*map(declared, QUESTIONS.values()), *OTHERS)
            if one.chapter == chapter
        }
    )


WIDTH_OF_HELP = 100
"""Columns of help at most."""

app = typer.Typer(
    name="wieder",
    cls=Program,
    help="Retention KPIs from a shop's order export, with the arithmetic shown.",
    epilog=EXIT_CODES,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDTH_OF_HELP},
)
Version = Annotated[bool, typer.Option("--version", is_eager=True, help="Show the version and exit.")]


@app.callback()
def start(*, version: Version = False) -> None:
    """Answer `--version` among other arguments; alone it is answered before Typer is imported."""
    if version:
        write(f"wieder {__version__}\n".encode(), STDOUT)
        raise typer.Exit


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code. Without arguments, the help."""
    try:
        code = get_command(app).main(list(arguments) or ["--help"], prog_name="wieder", standalone_mode=False)
    except typer.TyperException as error:
        raise _usage_error(error) from error
    except DataError as error:
        from wieder.cli.mistakes import remedy_for  # only errors need it

        error.remedy = remedy_for(error, arguments)
        raise
    return code or ExitCode.OK


def _usage_error(error: typer.TyperException) -> UsageError:
    """The error of the parser, with a remedy."""
    from wieder.cli.mistakes import in_words  # only errors need it

    context = getattr(error, "ctx", None)
    if context and hasattr(error, "possibilities"):
        return unknown_option(getattr(error, "option_name", ""), context.command, Built(Program.declared))
    return in_words(error)
