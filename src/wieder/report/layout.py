"""The user's choices for the page, validated before any data are read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wieder.errors import UsageError
from wieder.report.findings import Layout
from wieder.report.look import look
from wieder.report.sections import SECTIONS, likely_sections

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wieder.config import Report


def layout_of(report: Report) -> Layout:
    """The layout that `[report]` asks for.

    Raises UsageError for an unusable logo, colour or template, and for an
    unknown section.
    """
    _refuse_unknown("sections", report.sections)
    _refuse_unknown("comments", report.comments)
    if report.templates:
        from wieder.report.html import check_templates  # noqa: PLC0415 - jinja2, for those who have templates

        check_templates(Path(report.templates))
    return Layout(
        look=look(Path(report.logo) if report.logo else None, report.colours),
        sections=report.sections,
        comments=report.comments,
    )


def _refuse_unknown(key: str, names: Iterable[str]) -> None:
    for name in names:
        if name not in SECTIONS:
            raise UsageError(
                f"[report] {key}: {name!r} is not a section of the report", likely_sections(name)
            )
