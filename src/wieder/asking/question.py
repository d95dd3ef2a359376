"""The class of questions: one object defines the command, the table and the verification."""

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
    """Headings of the commands in `wieder --help`."""

    DATA = "Data"
    KPIS = "KPIs"
    CUSTOMERS = "Customers"
    FORECASTS = "Forecasts"
    REPORTS = "Reports"
    HELP = "Help"


class Selector(StrEnum):
    """Options of time and cut that can apply to a question, by their names in `SelectionOptions`."""

    BY = "by"
    TOP = "top"
    PERIOD = "period"
    AS_OF = "as_of"
    FROM = "first"
    TO = "last"
    WINDOW = "window"
    OCCASION = "occasion"
    INCOMPLETE = "incomplete"


EVERYTHING = frozenset(Selector)
CUTS = frozenset({Selector.BY, Selector.TOP})
TIME = frozenset({Selector.PERIOD, Selector.FROM, Selector.TO, Selector.INCOMPLETE})


def nothing_to_refuse(options: Any, selection: Selection, settings: Settings) -> None:
    """Accept any combination of options."""
    del options, selection, settings


@dataclass(frozen=True, kw_only=True)
class Instead:
    """A deprecated option that another question replaces."""

    option: Option
    kind: type
    """`bool` for a flag, else `str`."""
    question: str
    """The id of the question that replaces the option."""
    field: str = ""
    """The option of that question that receives the value; empty for a flag."""
    selector: Selector | None = None
    """The option of time with the same name, if that does not apply here: the value is passed on."""


@dataclass(frozen=True, kw_only=True)
class Companion(Generic[O]):
    """A file that a question writes in addition to its table, such as segment thresholds."""

    name: Callable[[O], str | None]
    """Returns the path given in the options; None if the file is not requested."""
    text: Callable[[Answer[Any]], str]


@dataclass(frozen=True, kw_only=True)
class OwnSection:
    """A section of the report with one answer, for the whole shop and with default options.

    The template block of the same name receives the tables for readers. The workbook has
    a sheet with the table of the answer.
    """

    name: str
    """The name in `[report] sections`."""
    place: int
    """The position on the page."""
    title: Text
    is_usual: bool = True
    """Whether the report has it by default, without `[report] sections`."""


@dataclass(frozen=True, kw_only=True)
class Question(Generic[O]):
    """A question of an analyst, with everything needed to run, answer, check and show it."""

    id: str
    """The name of the command."""
    place: int
    """The position among the questions in `wieder --help` and `wieder verify`."""
    chapter: Chapter
    help: str
    """One line on the table, then further paragraphs if needed."""
    examples: tuple[str, str]
    """Two command lines, without the name of the program."""
    options: type[O] = NoOptions  # type: ignore[assignment]
    """A frozen dataclass whose fields are declared with `option`."""
    selectors: frozenset[Selector] = EVERYTHING
    """The options of time and cut that apply; all others are refused."""
    usual: PeriodKind = PeriodKind.ALL
    """The kind of period unless `--period` is given."""
    refuse: Callable[[O, Selection, Settings], None] = nothing_to_refuse
    """Raises UsageError for contradictory options, before any data are read."""
    without_effect: Callable[[O, Settings], Iterable[Selector]] = lambda _options, _settings: ()
    """Returns the options of time and cut that have no effect in combination with the other options."""
    needs: tuple[Mart, ...] = ()
    """Required marts of further exports; without data the command is refused, and reports leave it out."""
    answer: Callable[[Asked, O], Answer[Any]]
    view: Callable[[Answer[Any], O, Lang], View]
    """Returns the frame for programs and the tables for readers."""
    tables: Callable[[], tuple[Table, ...]]
    """Returns the tables that answers can contain, with default options."""
    witnessed: Callable[[Asked], Iterable[Answer[Any]]] = lambda _asked: ()
    """Returns the answers that `verify` compares with their witnesses."""
    is_private: bool = False
    """Whether rows are individual customers; only the owner may then read the output file."""
    companion: Companion[O] | None = None
    instead: tuple[Instead, ...] = ()
    section: OwnSection | None = None
    """The section of the report with this answer alone; others are in report/sections."""
