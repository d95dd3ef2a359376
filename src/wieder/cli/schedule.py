"""The schedule command: prints the lines by which cron or systemd runs another command."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from typer import Argument, Context
from typer.core import TyperGroup

from wieder.asking.options import option
from wieder.cli.options import MessageOptions
from wieder.cli.session import notifier_of
from wieder.delivery.output import STDOUT, write
from wieder.errors import UsageError
from wieder.notices import Notice
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from datetime import time

    from wieder.delivery.schedule import Job
    from wieder.notices import Notify

AS_TYPED = {"ignore_unknown_options": True, "allow_interspersed_args": False}
"""Options after the first argument belong to the scheduled command."""
PREFIX = "WIEDER_"
EARLY = "06:30"
"""After the exports of the night, and before office hours."""

Command = Annotated[
    list[str] | None,
    Argument(
        metavar="[COMMAND]...",
        help="Command to run, without `wieder`. [report -o 'reports/{period}.html']",
        show_default=False,
    ),
]


@dataclass(frozen=True, kw_only=True)
class ScheduleOptions(MessageOptions):
    """Time of the runs, and the program that starts them."""

    period: Literal["day", "week", "month", "quarter", "year"] | None = option(
        "--period", help="Run it after the end of each period; weeks end on Sunday. [week]"
    )
    at: str | None = option("--at", metavar="HH:MM", help="Local time of the run. [06:30]")
    systemd: bool | None = option("--systemd", help="Print a service and a timer for systemd instead.")


def schedule(context: Context, command: Command = None, *, options: ScheduleOptions) -> None:
    """Print a crontab line for a command; nothing is installed.

    The command runs in this folder, by this installation of wieder. By default it is the report on the
    last complete period; a period is complete once there is a later order.
    """
    from wieder.delivery.schedule import Job, crontab

    period = PeriodKind(options.period or PeriodKind.WEEK)
    words = tuple(command or ("report", "--period", period.value, "-o", "reports/{period}.html"))
    refuse_nonsense(words, context)
    job = Job(
        program=this_program(),
        arguments=words,
        folder=str(Path.cwd()),
        period=period,
        at=time_of(options.at or EARLY),
    )
    text = unit_files(job) if options.systemd else crontab(job)
    warn_of_variables(notifier_of(options))
    write(text.encode(), STDOUT)


def refuse_nonsense(words: tuple[str, ...], context: Context) -> None:
    """Raise the errors of the command's options now, instead of in the first scheduled run."""
    program = context.find_root().command
    assert isinstance(program, TyperGroup)  # noqa: S101 - it holds this very command
    commands = program.commands
    name, *options = words
    if name not in commands or name == "schedule":
        raise UsageError(f"{name!r} cannot be scheduled", "name a command of wieder, such as report")
    commands[name].make_context(f"wieder {name}", options)


def this_program() -> tuple[str, ...]:
    """The command line of this very installation, with absolute paths."""
    script = Path(sys.argv[0]).absolute()
    if script.name == "wieder" and os.access(script, os.X_OK):
        return (str(script),)
    return (str(Path(sys.executable).absolute()), "-m", "wieder")


def time_of(text: str) -> time:
    """Return the time of day in `text`. Raises UsageError."""
    from datetime import datetime

    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007  (a local time of every day)
    except ValueError as error:
        raise UsageError(f"--at {text!r} is not a time", "write it as 06:30") from error


def unit_files(job: Job) -> str:
    """Both unit files, each under a comment with its path."""
    from wieder.delivery.schedule import systemd_units

    files = (f"# ~/.config/systemd/user/{name}\n{text}" for name, text in systemd_units(job).items())
    return "\n".join([*files, f"# then: systemctl --user enable --now {job.name}.timer\n"])


def warn_of_variables(notify: Notify) -> None:
    """Notify of environment variables that are set here and will be missing in the scheduled run."""
    names = sorted(name for name in os.environ if name.startswith(PREFIX))
    if names:
        notify(
            Notice(
                "variables-not-scheduled",
                f"a scheduled run does not have the variables {', '.join(names)}",
                "put them into wieder.toml, and the password of the mail server into its password_file",
            )
        )
