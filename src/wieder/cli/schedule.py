"""The command that prints what cron or systemd needs to run another one."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from typer import Argument, Context
from typer.core import TyperGroup

from wieder.asking.options import option
from wieder.delivery import messages
from wieder.delivery.output import STDOUT, write
from wieder.errors import UsageError
from wieder.notices import Notice
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from datetime import time

    from wieder.delivery.schedule import Job

AS_TYPED = {"ignore_unknown_options": True, "allow_interspersed_args": False}
"""Typer leaves the options after the first argument to the command that is scheduled."""
PREFIX = "WIEDER_"
EARLY = "06:30"
"""After the exports of the night, and before anybody asks."""

Command = Annotated[
    list[str] | None,
    Argument(
        metavar="[COMMAND]...",
        help="What is to run, as it is typed after `wieder`. [report -o 'reports/{period}.html']",
        show_default=False,
    ),
]


@dataclass(frozen=True, kw_only=True)
class ScheduleOptions:
    """When the command runs, and who runs it."""

    period: Literal["day", "week", "month", "quarter", "year"] | None = option(
        "--period", help="Run it after the end of each one; weeks end on Sunday. [week]"
    )
    at: str | None = option("--at", metavar="HH:MM", help="The local time. [06:30]")
    systemd: bool | None = option("--systemd", help="A service and a timer of systemd instead.")


def schedule(context: Context, command: Command = None, *, options: ScheduleOptions) -> None:
    """Print what makes cron run a command; nothing is installed.

    The command runs in this folder, by this installation of wieder. Without one it is the report of each
    period: the last one that is over, which only a later order proves.
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
    say_unknown_variables()
    write(text.encode(), STDOUT)


def refuse_nonsense(words: tuple[str, ...], context: Context) -> None:
    """Raise what the command would raise for its options, now and not at night."""
    program = context.find_root().command
    assert isinstance(program, TyperGroup)  # noqa: S101 - it holds this very command
    commands = program.commands
    name, *options = words
    if name not in commands or name == "schedule":
        raise UsageError(f"{name!r} is nothing to schedule", "name a command of wieder, such as report")
    commands[name].make_context(f"wieder {name}", options)


def this_program() -> tuple[str, ...]:
    """The command line of this very installation, with absolute paths."""
    script = Path(sys.argv[0]).absolute()
    if script.name == "wieder" and os.access(script, os.X_OK):
        return (str(script),)
    return (str(Path(sys.executable).absolute()), "-m", "wieder")


def time_of(text: str) -> time:
    """The time of day that was typed. Raises UsageError."""
    from datetime import datetime

    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007  (a local time of every day)
    except ValueError as error:
        raise UsageError(f"--at {text!r} is no time", "write it as 06:30") from error


def unit_files(job: Job) -> str:
    """Both units below each other, each under the path that it belongs to."""
    from wieder.delivery.schedule import systemd_units

    files = (f"# ~/.config/systemd/user/{name}\n{text}" for name, text in systemd_units(job).items())
    return "\n".join([*files, f"# then: systemctl --user enable --now {job.name}.timer\n"])


def say_unknown_variables() -> None:
    """Say which variables are set here and will not be there."""
    names = sorted(name for name in os.environ if name.startswith(PREFIX))
    if names:
        messages.show_notice(
            Notice(
                "variables-not-scheduled",
                f"what runs by schedule does not know {', '.join(names)}",
                "put the settings into wieder.toml; the password of a mail server into its password_file",
            )
        )
