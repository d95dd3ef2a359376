"""Errors that a user can fix, and the exit codes of the command."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


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
    file: str = ""
    """The file whose columns fit no export, if that is the reason."""
    readable: tuple[str, ...] = ()
    """The other files of the same run, without those that cannot be read either."""


class SettingChoice(NamedTuple):
    """One setting that resolves an ambiguity of the exports."""

    setting: tuple[str, ...]
    """The path of a setting in wieder.toml."""
    value: str


MOST_NAMES = 5
"""How many names a remedy lists."""
LEAST_LIKENESS = 0.6
LIKELY_ALONE = 0.15
"""Maximum distance to the best likeness for a name to be proposed."""
PART = 0.75
"""Weight of the likeness of single words, compared with that of whole names."""


def likely(
    name: str, names: Iterable[str], also: Mapping[str, str] | None = None, otherwise: str = ""
) -> str:
    """A remedy for a name that is none of `names`: those that it may have meant, or else the first ones.

    `also` has further spellings, such as labels, with the names that are proposed for
    them. Case, accents and the order of words do not matter. At most five names are listed.
    `otherwise` replaces the list of the first ones.
    """
    known = list(dict.fromkeys(names))
    if near := nearest(name, known, also):
        return f"did you mean {' or '.join(near)}?"
    if otherwise:
        return otherwise
    more = f" and {len(known) - MOST_NAMES} more" if len(known) > MOST_NAMES else ""
    return f"there are {', '.join(known[:MOST_NAMES])}{more}" if known else "there are none"


def nearest(name: str, names: Iterable[str], also: Mapping[str, str] | None = None) -> list[str]:
    """At most five of `names` that `name` may have meant, the most likely one first; none if none is near."""
    found: dict[str, float] = {}
    for spelling, shown in ({one: one for one in names} | dict(also or {})).items():
        found[shown] = max(found.get(shown, 0), _likeness(name, spelling))
    best = max(found.values(), default=0)
    least = max(LEAST_LIKENESS, best if best == 1 else best - LIKELY_ALONE)
    near = [one for one, likeness in found.items() if likeness >= least]
    return sorted(near, key=lambda one: -found[one])[:MOST_NAMES]


def _likeness(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1: as a whole, with their words in any order, or in some words."""
    words, others = _words(one), _words(other)
    if not words or not others:
        return 0
    whole = max(_ratio(words, others), _ratio(sorted(words), sorted(others)))
    return max(whole, PART * max(_contained(words, others), _contained(others, words)))


def _contained(words: list[str], others: list[str]) -> float:
    """How much of `words` is among `others`, from 0 to 1."""
    return sum(max(_ratio([word], [other]) for other in others) for word in words) / len(words)


def _words(name: str) -> list[str]:
    """The words of a name without case and accents; `ae` is `a`, as in names that avoid umlauts."""
    import re  # noqa: PLC0415 - only errors need it
    import unicodedata  # noqa: PLC0415

    letters = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.findall(r"[^\W_]+", re.sub("([aou])e", r"\1", plain))


def _ratio(words: list[str], others: list[str]) -> float:
    from difflib import SequenceMatcher  # noqa: PLC0415 - only errors need it

    return SequenceMatcher(None, " ".join(words), " ".join(others), autojunk=False).ratio()


class ForeignFileError(DataError):
    """A file is not an export that is known."""

    def __init__(self, message: str, remedy: str, file: str) -> None:
        super().__init__(message, remedy)
        self.file = file


class AmbiguousError(DataError):
    """Exports can be read in more than one way; each of `answers` chooses one."""

    def __init__(self, message: str, remedy: str, answers: Iterable[SettingChoice]) -> None:
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
