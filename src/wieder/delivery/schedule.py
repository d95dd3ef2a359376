"""The configuration that makes cron or systemd run a command regularly. Nothing is installed."""

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
"""Bytes in a line of a crontab that every cron accepts."""
PLAIN_WORD = re.compile(r"[A-Za-z0-9_./=:,@+-]+")
"""Words that need no quotes for systemd."""


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """When a command runs after each period of a kind, as written for readers, cron and systemd."""

    words: str
    cron: str
    """Day of the month, month, and day of the week."""
    systemd: str
    """The day part of `OnCalendar`; the time follows it."""


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
    """A command that runs after the end of every period."""

    program: tuple[str, ...]
    """The program with absolute paths, without the command and its options."""
    arguments: tuple[str, ...]
    """The command and its options."""
    folder: str
    """Working directory, as an absolute path."""
    period: PeriodKind
    at: time

    @property
    def name(self) -> str:
        """The name of the systemd units."""
        return f"wieder-{self.arguments[0]}-{self.period}"

    @property
    def rhythm(self) -> Rhythm:
        """When it runs. Raises KeyError for `PeriodKind.ALL`, which never ends."""
        return RHYTHMS[self.period]


def crontab(job: Job) -> str:
    """The line for `crontab -e`, below comments that explain it.

    Raises UsageError for words that a crontab cannot contain, and for a line that is too long.
    """
    words = (*job.program, *job.arguments)
    _refuse(job, r"[\x00-\x1f\x7f\\]", "a crontab")
    command = f"cd {shlex.quote(job.folder)} && {shlex.join(words)}".replace("%", r"\%")
    line = f"{job.at.minute} {job.at.hour} {job.rhythm.cron} {command}"
    if len(line.encode()) > LONGEST_LINE:
        raise UsageError(
            f"the line is {len(line.encode()):,} bytes long, but cron accepts at most {LONGEST_LINE}",
            "move options to wieder.toml, or use --systemd",
        )
    return (
        f"# {job.rhythm.words} at {job.at:%H:%M}; add these lines with `crontab -e`\n"
        "# to receive errors by mail, add a line above: MAILTO=you@example.com\n"
        f"{line}\n"
    )


def systemd_units(job: Job) -> dict[str, str]:
    """The two unit files by name: the service and its timer.

    Raises UsageError for words that a unit cannot contain.
    """
    _refuse(job, r"[\x00-\x1f\x7f]", "a systemd unit")
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
    """One word of a command line for systemd, with specifiers, variables and escapes quoted."""
    if PLAIN_WORD.fullmatch(word):
        return word
    escapes = str.maketrans({"\\": "\\\\", '"': '\\"', "%": "%%", "$": "$$"})
    return f'"{word.translate(escapes)}"'


def _refuse(job: Job, pattern: str, where: str) -> None:
    words: Sequence[str] = (job.folder, *job.program, *job.arguments)
    for word in words:
        if re.search(pattern, word):
            raise UsageError(f"{where} cannot contain {word!r}", "move the option to wieder.toml")
