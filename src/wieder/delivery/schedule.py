"""The lines that make cron or systemd run a command again and again. Nothing is installed."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.errors import UsageError
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import time

LONGEST_LINE = 998
"""Of a crontab: what every cron takes."""
PLAIN_WORD = re.compile(r"[A-Za-z0-9_./=:,@+-]+")
"""What systemd needs no quotes for."""


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """When a command runs after each period of a kind, in the words of everyone who needs to know."""

    words: str
    cron: str
    """Day of the month, month, day of the week."""
    systemd: str
    """The days, before the time."""


RHYTHMS = {
    PeriodKind.DAY: Rhythm(words="every day", cron="* * *", systemd="*-*-*"),
    PeriodKind.WEEK: Rhythm(words="every Monday", cron="* * 1", systemd="Mon *-*-*"),
    PeriodKind.MONTH: Rhythm(words="on the first day of every month", cron="1 * *", systemd="*-*-01"),
    PeriodKind.QUARTER: Rhythm(
        words="on the first day of every quarter", cron="1 1,4,7,10 *", systemd="*-01,04,07,10-01"
    ),
    PeriodKind.YEAR: Rhythm(words="on the first day of every year", cron="1 1 *", systemd="*-01-01"),
}


@dataclass(frozen=True, kw_only=True)
class Job:
    """A command that is run after the end of every period."""

    program: tuple[str, ...]
    """The command line up to the command, with absolute paths."""
    arguments: tuple[str, ...]
    """The command and its options."""
    folder: str
    """Where it runs: an absolute path."""
    period: PeriodKind
    at: time

    @property
    def name(self) -> str:
        """What systemd calls it."""
        return f"wieder-{self.arguments[0]}-{self.period}"

    @property
    def rhythm(self) -> Rhythm:
        """When it runs. `PeriodKind.ALL` never ends: KeyError."""
        return RHYTHMS[self.period]


def crontab(job: Job) -> str:
    """The line for `crontab -e`, below what there is to know about it.

    Raises UsageError for what no line of a crontab can hold.
    """
    words = (*job.program, *job.arguments)
    _refuse(job, r"[\x00-\x1f\x7f\\]", "a crontab")
    command = f"cd {shlex.quote(job.folder)} && {shlex.join(words)}".replace("%", r"\%")
    line = f"{job.at.minute} {job.at.hour} {job.rhythm.cron} {command}"
    if len(line.encode()) > LONGEST_LINE:
        raise UsageError(
            f"the line is {len(line.encode()):,} bytes long, and cron takes {LONGEST_LINE}",
            "put options into wieder.toml, or add --systemd",
        )
    return (
        f"# {job.rhythm.words} at {job.at:%H:%M}; `crontab -e` takes these lines\n"
        "# what goes wrong is mailed to: MAILTO=you@example.com (a line of its own, above)\n"
        f"{line}\n"
    )


def systemd_units(job: Job) -> dict[str, str]:
    """The two unit files by their names: what is done, and when.

    Raises UsageError for what no unit can hold.
    """
    _refuse(job, r"[\x00-\x1f\x7f]", "a unit of systemd")
    words = " ".join(_systemd_word(word) for word in (*job.program, *job.arguments))
    description = (
        f"Description={' '.join(('wieder', *job.arguments[:1]))}, {job.rhythm.words} at {job.at:%H:%M}"
    )
    service = (
        f"[Unit]\n{description}\n\n"
        f"[Service]\nType=oneshot\nWorkingDirectory={job.folder.replace('%', '%%')}\nExecStart={words}\n"
    )
    timer = (
        f"[Unit]\n{description}\n\n"
        f"[Timer]\nOnCalendar={job.rhythm.systemd} {job.at:%H:%M}:00\nPersistent=true\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )
    return {f"{job.name}.service": service, f"{job.name}.timer": timer}


def _systemd_word(word: str) -> str:
    """One word of a command line as systemd reads it: no specifier, no variable, no escape."""
    if PLAIN_WORD.fullmatch(word):
        return word
    escapes = str.maketrans({"\\": "\\\\", '"': '\\"', "%": "%%", "$": "$$"})
    return f'"{word.translate(escapes)}"'


def _refuse(job: Job, pattern: str, where: str) -> None:
    words: Sequence[str] = (job.folder, *job.program, *job.arguments)
    for word in words:
        if re.search(pattern, word):
            raise UsageError(f"{where} cannot hold {word!r}", "put the option into wieder.toml")
