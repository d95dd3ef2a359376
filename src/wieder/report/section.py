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
    from wieder.writing.figures import History, RenderContext
    from wieder.writing.sheets import Book


@dataclass(frozen=True, kw_only=True)
class Material:
    """The data that sections are drawn from."""

    findings: Findings
    context: RenderContext
    by_period: History
    whole: History
    tables: tuple[Table, ...]
    """The analysis tables that the report uses, for the glossary."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet of the workbook, or several related ones."""

    place: int
    """Its order in the workbook."""
    add: Callable[[Material, Book], None]
    """Adds nothing if there are no data."""


def _nothing(_: Findings) -> tuple[()]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section. A module in `report/sections` adds one to the report by defining `SECTION`."""

    name: str
    """Its name in `[report] sections`, and of its block in the template."""
    place: int
    """Its usual position in the page."""
    draws: Mapping[str, Callable[[Material], object]]
    """Part of the document -> function that draws it; the result is None or empty without data.

    The section is shown if any of its parts is.
    """
    gather: Callable[[Gathering], object] | None = None
    """Fetches the section's data besides the KPIs, kept in `Findings.gathered` under its name."""
    terms: Callable[[Findings], Iterable[Table]] = _nothing
    """The analysis tables that it uses in part: entries of the glossary."""
    answers: Callable[[Findings], Iterable[TableInput]] = _nothing
    """The analysis tables that are shown as they are: entries of the glossary, and a sheet each."""
    answers_place: int | None = None
    """The position of `answers` in glossary and workbook; None for `place`."""
    short_names: Mapping[str, str] = field(default_factory=dict)
    """Table -> locale key of its sheet name, for tables with a label too long for a sheet."""
    sheets: tuple[Sheet, ...] = ()
    """Further sheets."""
    title: Text | None = None
    """The title; None if the locale defines it as `section.NAME`."""
    is_usual: bool = True
    """Whether it is shown by default, without `[report] sections`."""

    @property
    def reference_place(self) -> int:
        """The position of its tables in glossary and workbook."""
        return self.place if self.answers_place is None else self.answers_place


def section_of(question: Question[Any], own: OwnSection) -> Section:
    """The section that shows the answer to one question as it is."""

    def gather(gathering: Gathering) -> Answer[Any] | None:
        if not gathering.asked.has_exports_of(question.needs):
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
        return tuple(question.view(found, question.options(), material.context.lang).grids())

    return Section(
        name=own.name,
        place=own.place,
        draws={own.name: draw},
        gather=gather,
        answers=answers,
        title=own.title,
        is_usual=own.is_usual,
    )
