"""The sections of the report: which are shown, in which order, under which titles and with which comments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.report.comments import comment_html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wieder.config import SectionName
    from wieder.locale import Texts

SECTIONS: tuple[SectionName, ...] = (
    "headlines",
    "tiles",
    "revenue",
    "repeat",
    "cohorts",
    "flow",
    "churn",
    "value",
    "segments",
    "changes",
    "kpis",
    "data",
    "glossary",
)
"""In their usual order. A section is a name here, its part of the document, and a block of the page."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One section that is shown."""

    name: str
    title: str
    comment: str
    """Safe HTML of what the user wrote about it; empty if nothing."""


def outline(
    parts: Mapping[SectionName, object],
    wanted: Sequence[SectionName],
    comments: Mapping[SectionName, str],
    text: Texts,
) -> tuple[Section, ...]:
    """The `wanted` sections (none: `SECTIONS`) of which `parts` has something to show."""
    return tuple(
        Section(name=name, title=text(f"section.{name}"), comment=comment_html(comments.get(name, "")))
        for name in dict.fromkeys(wanted or SECTIONS)
        if parts[name]
    )
