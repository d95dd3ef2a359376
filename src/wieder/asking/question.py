"""What a question is. One object per question: its command, table and verification follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from wieder.asking.options import NoOptions, Option
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.asking.selection import Selection
    from wieder.asking.table import Table
    from wieder.asking.view import View
    from wieder.config import Settings
    from wieder.locale.text import Lang, Text
    from wieder.marts.base import Mart

O = TypeVar("O")  # noqa: E741 - the options of a question


class Chapter(StrEnum):
    """What commands are listed under in `wieder --help`."""

    DATA = "Data"
    KPIS = "KPIs"
    CUSTOMERS = "Customers"
    FORECASTS = "Forecasts"
    REPORTS = "Reports"
    HELP = "Help"


class Heed(StrEnum):
    """The options of time and cut that a question may heed, by their names in `SelectionOptions`."""

    BY = "by"
    TOP = "top"
    PERIOD = "period"
    AS_OF = "as_of"
    FROM = "first"
    TO = "last"
    WINDOW = "window"
    OCCASION = "occasion"
    INCOMPLETE = "incomplete"


EVERYTHING = frozenset(Heed)
CUTS = frozenset({Heed.BY, Heed.TOP})
TIME = frozenset({Heed.PERIOD, Heed.FROM, Heed.TO, Heed.INCOMPLETE})


def nothing_to_refuse(options: Any, selection: Selection, settings: Settings) -> None:
    """No options contradict each other."""
    del options, selection, settings


@dataclass(frozen=True, kw_only=True)
class Instead:
    """An option of an older version that stood for another question."""

    option: Option
    kind: type
    """`bool` for a flag, else `str`."""
    question: str
    """The id of the question that is answered now."""
    field: str = ""
    """The option of that question which gets the value; none for a flag."""
    heed: Heed | None = None
    """Where it is an option of time that this question does not heed: it stays as it was typed."""


@dataclass(frozen=True, kw_only=True)
class Companion(Generic[O]):
    """A file that a question writes beside its table, such as the thresholds of segments."""

    name: Callable[[O], str | None]
    """What the options call it; None if it is not wanted."""
    text: Callable[[Answer[Any]], str]


@dataclass(frozen=True, kw_only=True)
class OwnSection:
    """The part of a report that shows one answer, of the whole shop and with the usual options.

    Its block in the template has the name of the section, and is given the tables that
    readers see. The workbook has a sheet with the table of the answer.
    """

    name: str
    """What `[report] sections` calls it."""
    place: int
    """Its usual order in the page."""
    title: Text
    is_usual: bool = True
    """Whether it is shown although `[report] sections` names none."""


@dataclass(frozen=True, kw_only=True)
class Question(Generic[O]):
    """What an analyst asks, with everything needed to type, answer, check and show it."""

    id: str
    """The name of the command."""
    place: int
    """Where it stands among the questions, in `wieder --help` and in `wieder verify`."""
    chapter: Chapter
    help: str
    """A line that says what the table shows, then further sentences if they are needed."""
    examples: tuple[str, str]
    """Two command lines, without the name of the program."""
    options: type[O] = NoOptions  # type: ignore[assignment]
    """A frozen dataclass whose fields are made by `option`."""
    heeds: frozenset[Heed] = EVERYTHING
    """The options of time and cut that change something; all others are refused."""
    usual: PeriodKind = PeriodKind.ALL
    """How time is cut unless `--period` says otherwise."""
    refuse: Callable[[O, Selection, Settings], None] = nothing_to_refuse
    """Raises UsageError for options that contradict each other, before any data are read."""
    unheard: Callable[[O, Settings], Iterable[Heed]] = lambda _options, _settings: ()
    """Options of time and cut that change nothing only because of the other options."""
    needs: tuple[Mart, ...] = ()
    """Required marts of further exports; without them the command is refused and reports omit it."""
    answer: Callable[[Asked, O], Answer[Any]]
    view: Callable[[Answer[Any], O, Lang], View]
    """What programs get, and what readers see."""
    tables: Callable[[], tuple[Table, ...]]
    """Those that answers may hold, with the usual options."""
    witnessed: Callable[[Asked], Iterable[Answer[Any]]] = lambda _asked: ()
    """The answers that `verify` holds against their witnesses."""
    is_private: bool = False
    """Whether the rows are of single customers, so that only the owner may read the file."""
    companion: Companion[O] | None = None
    instead: tuple[Instead, ...] = ()
    section: OwnSection | None = None
    """Where the report shows it as it is; sections that draw on several things stand in report/sections."""
