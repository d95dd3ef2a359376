"""Errors that a user can fix, and the exit codes of the command."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class ExitCode(IntEnum):
    """The contract with cron and scripts. Codes are never renumbered."""

    OK = 0
    BUG = 1
    """A bug in wieder: please report it."""
    USAGE = 2
    """An option, argument or setting is wrong."""
    DATA = 3
    """A file or database was refused: it is missing, unreadable or ambiguous."""
    OUTPUT = 4
    """The result was computed but could not be written."""
    THRESHOLD = 5
    """The result was written, but a number is past a limit that the user set."""
    QUALITY = 6
    """The data were read, but did not pass the quality gate."""
    INTERRUPTED = 130
    """Stopped by Ctrl-C."""


class WiederError(Exception):
    """A problem that the user can fix; anything else keeps its traceback.

    `message` describes what is wrong and where (file, line, column, value);
    `remedy` describes how to fix it. Both are shown on stderr as one sentence each.
    """

    exit_code = ExitCode.BUG

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class UsageError(WiederError):
    """An option or setting is wrong."""

    exit_code = ExitCode.USAGE


class DataError(WiederError):
    """An export or a database cannot be used as it is."""

    exit_code = ExitCode.DATA


class WayOut(NamedTuple):
    """One setting that resolves an ambiguity of the exports."""

    setting: tuple[str, ...]
    """The path of a setting in wieder.toml."""
    value: str


def likely(name: str, names: Iterable[str]) -> str:
    """A remedy for a name that is none of `names`: those that it may have meant, or else all."""
    from difflib import get_close_matches  # noqa: PLC0415 - only errors need it

    known = list(names)
    near = get_close_matches(name, known, cutoff=0.5)
    return f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"


class AmbiguousError(DataError):
    """Exports can be read in more than one way; each of `answers` chooses one."""

    def __init__(self, message: str, remedy: str, answers: Iterable[WayOut]) -> None:
        super().__init__(message, remedy)
        self.answers = tuple(answers)


class OutputError(WiederError):
    """A result could not be written."""

    exit_code = ExitCode.OUTPUT


class QualityError(WiederError):
    """The data failed the quality gate."""

    exit_code = ExitCode.QUALITY


class WitnessError(WiederError):
    """A KPI and its witness disagree: one of the two computations is wrong."""

    exit_code = ExitCode.BUG
