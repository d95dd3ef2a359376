"""The report as plain data: every section, every text already written, nothing left to compute."""

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
    from wieder.writing.figures import Desk

MAXIMUM_SOURCES = 6


@dataclass(frozen=True, kw_only=True)
class Head:
    """What the report is about and what it was made from."""

    title: str
    span: str
    as_of: str
    period: str
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ShownSection:
    """One section that is shown."""

    name: str
    title: str
    comment: str
    """Safe HTML of what the user wrote about it; empty if nothing."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """The whole report, ready to be laid out.

    `document["flow"]`, and `document.flow` in a template, is the part that a section draws
    under that name; None or empty if nothing is known of it. Raises KeyError for
    a part that no section draws.
    """

    lang: Lang
    head: Head
    look: Look
    sections: tuple[ShownSection, ...]
    """Those that are shown, in order."""
    window_days: str
    """A customer is active for so long after an order."""
    parts: tuple[tuple[str, object], ...]
    """Name and content of what the sections draw, also of those that are not shown."""

    def __getitem__(self, name: str) -> Any:
        """What a section draws under that name."""
        return dict(self.parts)[name]

    def shows(self, section: str) -> bool:
        """Whether a section of that name is shown, so that it can be linked to."""
        return any(one.name == section for one in self.sections)


def build(findings: Findings, registry: Mapping[str, Kpi]) -> Document:
    """The report of `findings`. The same findings always give the same document.

    `findings.results` and `findings.whole.frame` need at least one row for the whole shop.
    """
    material = material_of(findings, registry)
    layout, desk = findings.layout, material.desk
    parts = {name: draw(material) for section in SECTIONS.values() for name, draw in section.draws.items()}
    return Document(
        lang=findings.lang,
        head=_head(material),
        look=layout.look or Look(),
        sections=tuple(_shown(parts, layout, desk)),
        window_days=desk.numbers.count(findings.window_days),
        parts=tuple(parts.items()),
    )


def _shown(parts: Mapping[str, object], layout: Layout, desk: Desk) -> Iterator[ShownSection]:
    """The sections that are wanted and have something to show."""
    for section in wanted_sections(layout.sections):
        if any(parts[part] for part in section.draws):
            title = section.title[desk.lang] if section.title else desk.text(f"section.{section.name}")
            comment = comment_html(layout.comments.get(section.name, ""))
            yield ShownSection(name=section.name, title=title, comment=comment)


def _head(material: Material) -> Head:
    findings, desk = material.findings, material.desk
    return Head(
        title=findings.settings.report.title or desk.text("report.title"),
        span=desk.numbers.span(Period(findings.history_start, findings.as_of)),
        as_of=desk.numbers.day(findings.as_of),
        period=desk.numbers.period(material.by_period.periods[-1], desk.kind),
        sources=_sources(findings.sources, desk),
    )


def _sources(names: Sequence[str], desk: Desk) -> tuple[str, ...]:
    """The names of a few files without their folders, or how many there are of many."""
    files = [PurePath(name).name for name in names]
    if len(files) <= MAXIMUM_SOURCES:
        return tuple(files)
    return (desk.text("head.files", n=desk.numbers.count(len(files)), first=min(files), last=max(files)),)
