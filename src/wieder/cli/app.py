"""The command line: which commands there are, and what its errors mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from typer.main import get_command

from wieder import __version__
from wieder.cli import (
    analyses,
    backtest,
    churn,
    clv,
    cohorts,
    concentration,
    data,
    diff,
    flow,
    formats,
    purchases,
    reports,
    schedule,
    segments,
    setup,
)
from wieder.errors import ExitCode, UsageError
from wieder.output import STDOUT, write

if TYPE_CHECKING:
    from collections.abc import Sequence

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

app = typer.Typer(
    name="wieder",
    help="Retention KPIs from a shop's order export, with the arithmetic shown.",
    epilog=EXIT_CODES,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    reports.demo,
    setup.init,
    data.load,
    data.loads,
    data.check,
    analyses.kpis,
    cohorts.cohorts,
    purchases.gaps,
    purchases.sequence,
    flow.flow,
    diff.diff,
    concentration.concentration,
    segments.segments,
    segments.moves,
    segments.customers,
    churn.churn,
    backtest.backtest,
    clv.clv,
    reports.report,
    analyses.explain,
    analyses.verify,
    data.rejects,
    formats.formats,
):
    app.command()(command)
app.command(context_settings=schedule.AS_TYPED)(schedule.schedule)


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
