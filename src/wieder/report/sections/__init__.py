"""The sections of the report: each is a module or declared by a question, and has a block of the page."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from wieder.errors import likely
from wieder.exports.walking import objects
from wieder.questions import QUESTIONS
from wieder.report.section import Material, Section, section_of
from wieder.writing.figures import context_for, history

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wieder.asking.table import Table
    from wieder.kpis.base import Kpi
    from wieder.report.findings import Findings


def _found() -> Iterator[Section]:
    yield from objects(__name__, __path__, Section)
    yield from (section_of(one, one.section) for one in QUESTIONS.values() if one.section is not None)


SECTIONS: Mapping[str, Section] = MappingProxyType(
    {section.name: section for section in sorted(_found(), key=lambda section: section.place)}
)
"""Every section by name, in the usual order."""


def wanted_sections(names: Sequence[str]) -> tuple[Section, ...]:
    """The sections in the order of `names`, without duplicates; the usual ones if `names` is empty."""
    if names:
        return tuple(SECTIONS[name] for name in dict.fromkeys(names))
    return tuple(section for section in SECTIONS.values() if section.is_usual)


def likely_sections(name: str) -> str:
    """A remedy for an unknown section: similar names, or else all names."""
    return likely(name, SECTIONS)


def material_of(findings: Findings, registry: Mapping[str, Kpi]) -> Material:
    """The data that the sections of a report are drawn from.

    `findings.results` and `findings.whole.frame` need at least one row for the whole shop.
    KPIs of further exports are omitted if they have no results.
    """
    has_results = frozenset(findings.results["kpi"].unique())
    shown = {
        name: kpi
        for name, kpi in registry.items()
        if name in has_results or kpi.mart is None or not kpi.mart.exports
    }
    return Material(
        findings=findings,
        context=context_for(shown, findings.kind, findings.lang, findings.currency),
        by_period=history(findings.results),
        whole=history(findings.whole.frame),
        tables=tuple(_tables(findings)),
    )


def _tables(findings: Findings) -> Iterator[Table]:
    for section in sorted(SECTIONS.values(), key=lambda section: section.reference_place):
        yield from section.terms(findings)
        yield from (answer.table for answer in section.answers(findings))
