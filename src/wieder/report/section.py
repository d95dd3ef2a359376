"""A section of the report: a block of the page, entries of the glossary, and sheets of the workbook."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wieder.report.findings import TableInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from wieder.asking.answer import Answer
    from wieder.asking.grid import Grid
    from wieder.asking.question import OwnSection, Question
    from wieder.asking.table import Table
    from wieder.locale.text import Text
    from wieder.report.findings import Findings
    from wieder.report.gathering import Gathering
    from wieder.writing.figures import Desk, History
    from wieder.writing.sheets import Book


@dataclass(frozen=True, kw_only=True)
class Material:
    """What sections are drawn from."""

    findings: Findings
    desk: Desk
    by_period: History
    whole: History
    tables: tuple[Table, ...]
    """The analysis tables of which the report shows something, for the glossary."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A sheet of the workbook, or several that belong together."""

    place: int
    """Its order in the workbook."""
    add: Callable[[Material, Book], None]
    """Adds nothing if nothing is known."""


def _nothing(_: Findings) -> tuple[()]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Section:
    """One section. A module in `report/sections` that holds one as `SECTION` adds it to the report."""

    name: str
    """What `[report] sections` and its block in the template call it; its title is `section.NAME`."""
    place: int
    """Its usual order in the page."""
    draws: Mapping[str, Callable[[Material], object]]
    """Part of the document -> what draws it, None or empty if nothing is known.

    The section is shown if one of its parts is.
    """
    gather: Callable[[Gathering], object] | None = None
    """Asks what the section shows beside the KPIs: `Findings.gathered` has it under the section's name."""
    terms: Callable[[Findings], Iterable[Table]] = _nothing
    """The analysis tables of which it draws something: entries of the glossary."""
    answers: Callable[[Findings], Iterable[TableInput]] = _nothing
    """The analysis tables that are shown as they are: entries of the glossary, and a sheet each."""
    answers_place: int | None = None
    """The order of these in glossary and workbook, if it is not `place`."""
    short_names: Mapping[str, str] = field(default_factory=dict)
    """Table -> key of the name of its sheet, where the label of the table is too long for one."""
    sheets: tuple[Sheet, ...] = ()
    """Its further sheets."""
    title: Text | None = None
    """None: the locale has it under `section.NAME`."""
    is_usual: bool = True
    """Whether it is shown although `[report] sections` names none."""

    @property
    def reference_place(self) -> int:
        """The order of its tables in glossary and workbook."""
        return self.place if self.answers_place is None else self.answers_place


def section_of(question: Question[Any], own: OwnSection) -> Section:
    """The section that shows the answer to one question as it is."""

    def gather(gathering: Gathering) -> Answer[Any] | None:
        if not gathering.asked.knows(question.needs):
            return None
        answer: Answer[Any] = question.answer(gathering.asked, question.options())
        return answer

    def answers(findings: Findings) -> tuple[TableInput, ...]:
        found = findings.gathered.get(own.name)
        return (TableInput(table=found.table, frame=found.frame),) if found else ()

    def draw(material: Material) -> tuple[Grid, ...]:
        found = material.findings.gathered.get(own.name)
        if found is None or found.frame.is_empty():
            return ()
        return tuple(question.view(found, question.options(), material.desk.lang).grids())

    return Section(
        name=own.name,
        place=own.place,
        draws={own.name: draw},
        gather=gather,
        answers=answers,
        title=own.title,
        is_usual=own.is_usual,
    )
