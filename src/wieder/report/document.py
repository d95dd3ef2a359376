"""The report as plain data: every section with its texts formatted and nothing left to compute."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from wieder.periods import Period
from wieder.report.comments import comment_html
from wieder.report.look import Look
from wieder.report.sections import SECTIONS, material_of, wanted_sections

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wieder.kpis.base import Kpi
    from wieder.locale.text import Lang
    from wieder.report.findings import Findings, Layout
    from wieder.report.section import Material
    from wieder.writing.figures import RenderContext

MAXIMUM_SOURCES = 6


@dataclass(frozen=True, kw_only=True)
class Head:
    """The head of the report: its title, period, report date and source files."""

    title: str
    span: str
    as_of: str
    period: str
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ShownSection:
    """A section shown in the report."""

    name: str
    title: str
    comment: str
    """The user's comment as safe HTML; empty if there is none."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """The whole report, ready for layout.

    `document["flow"]`, or `document.flow` in a template, is the part that a section draws
    under that name; None or empty if there are no data for it. Raises KeyError for a
    part that no section draws.
    """

    lang: Lang
    head: Head
    look: Look
    sections: tuple[ShownSection, ...]
    """The sections that are shown, in order."""
    window_days: str
    """Days a customer stays active after an order, as text."""
    parts: tuple[tuple[str, object], ...]
    """Name and content of each part, including those of sections that are not shown."""

    def __getitem__(self, name: str) -> Any:
        """The part that a section draws under that name."""
        return dict(self.parts)[name]

    def shows(self, section: str) -> bool:
        """Whether the section is shown, and can therefore be linked to."""
        return any(one.name == section for one in self.sections)


def build(findings: Findings, registry: Mapping[str, Kpi]) -> Document:
    """The report of `findings`. The same findings always give the same document.

    `findings.results` and `findings.whole.frame` need at least one row for the whole shop.
    """
    material = material_of(findings, registry)
    layout, context = findings.layout, material.context
    parts = {name: draw(material) for section in SECTIONS.values() for name, draw in section.draws.items()}
    return Document(
        lang=findings.lang,
        head=_head(material),
        look=layout.look or Look(),
        sections=tuple(_shown(parts, layout, context)),
        window_days=context.numbers.count(findings.window_days),
        parts=tuple(parts.items()),
    )


def _shown(parts: Mapping[str, object], layout: Layout, context: RenderContext) -> Iterator[ShownSection]:
    """The wanted sections that have something to show."""
    for section in wanted_sections(layout.sections):
        if any(parts[part] for part in section.draws):
            title = section.title[context.lang] if section.title else context.text(f"section.{section.name}")
            comment = comment_html(layout.comments.get(section.name, ""))
            yield ShownSection(name=section.name, title=title, comment=comment)


def _head(material: Material) -> Head:
    findings, context = material.findings, material.context
    return Head(
        title=findings.settings.report.title or context.text("report.title"),
        span=context.numbers.span(Period(findings.history_start, findings.as_of)),
        as_of=context.numbers.day(findings.as_of),
        period=context.numbers.period(material.by_period.periods[-1], context.kind),
        sources=_sources(findings.sources, context),
    )


def _sources(names: Sequence[str], context: RenderContext) -> tuple[str, ...]:
    """The names of the files without their folders, or only their number if there are many."""
    files = [PurePath(name).name for name in names]
    if len(files) <= MAXIMUM_SOURCES:
        return tuple(files)
    return (
        context.text("head.files", n=context.numbers.count(len(files)), first=min(files), last=max(files)),
    )
