"""The command line: which commands there are, and what its errors mean."""

from __future__ import annotations

from functools import partial
from inspect import cleandoc
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.main import get_command

from wieder import __version__
from wieder.asking.question import EVERYTHING, Chapter, Heed
from wieder.cli import data, demo, explain, formats, report, schedule, setup, topics, verify
from wieder.cli.help import Commands, Declared
from wieder.cli.options import with_options
from wieder.cli.questions import declared, examples_text
from wieder.delivery.output import STDOUT, write
from wieder.errors import ExitCode, UsageError
from wieder.periods import PeriodKind
from wieder.questions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EXIT_CODES = """\b
Exit codes:
    0  all is well
    1  a mistake of ours, or a KPI that its witness contradicts
    2  an option, an argument or a setting makes no sense
    3  a file or the store was refused: missing, unreadable or ambiguous
    4  the result could not be written
    5  a number is past a limit of [alerts]
    6  the data did not pass the quality gate
  130  interrupted by Ctrl-C
"""


def _other(
    chapter: Chapter,
    command: Callable[..., None],
    *,
    usual: PeriodKind = PeriodKind.ALL,
    heeds: frozenset[Heed] = EVERYTHING,
    settings: dict[str, Any] | None = None,
    examples: tuple[str, ...] = (),
) -> Declared:
    """A command that does not ask a question; what it does is said by its docstring."""
    return Declared(
        name=command.__name__.removesuffix("_"),
        chapter=chapter,
        help=cleandoc(command.__doc__ or ""),
        function=partial(with_options, command, usual=usual, heeds=heeds),
        epilog=examples_text(examples) if examples else None,
        settings=settings,
    )


OTHERS = (
    _other(Chapter.DATA, setup.init),
    _other(Chapter.DATA, data.load),
    _other(Chapter.DATA, data.loads),
    _other(Chapter.DATA, data.unload, examples=data.UNLOAD_EXAMPLES),
    _other(Chapter.DATA, data.check, heeds=EVERYTHING - data.UNHEARD_BY_CHECK),
    _other(Chapter.DATA, data.rejects),
    _other(Chapter.DATA, formats.formats),
    _other(Chapter.KPIS, verify.verify, usual=PeriodKind.MONTH),
    _other(Chapter.REPORTS, demo.demo),
    _other(Chapter.REPORTS, report.report, usual=PeriodKind.MONTH),
    _other(Chapter.REPORTS, schedule.schedule, settings=schedule.AS_TYPED),
    _other(Chapter.HELP, topics.help_, examples=topics.EXAMPLES),
    _other(Chapter.HELP, explain.explain, examples=explain.EXAMPLES),
)


class Program(Commands):
    """All commands, chapter by chapter, questions first."""

    declared = MappingProxyType(
        {
            one.name: one
            for chapter in Chapter
            for one in (*map(declared, QUESTIONS.values()), *OTHERS)
            if one.chapter == chapter
        }
    )


app = typer.Typer(
    name="wieder",
    cls=Program,
    help="Retention KPIs from a shop's order export, with the arithmetic shown.",
    epilog=EXIT_CODES,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
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
        raise UsageError(
            error.format_message(), f"`{_failed_command(error)} --help` lists what there is"
        ) from error
    return code or ExitCode.OK


def _failed_command(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    return context.command_path if context else "wieder"
