"""The report as an Excel workbook: the sheets of all sections, with real numbers and native charts."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

from wieder.report.section import Sheet
from wieder.report.sections import SECTIONS, material_of
from wieder.report.table_sheets import add_table_sheet
from wieder.writing.sheets import money_format, new_book

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wieder.kpis.base import Kpi
    from wieder.report.findings import Findings
    from wieder.report.section import Material, Section
    from wieder.writing.sheets import Book


def report_workbook(findings: Findings, registry: Mapping[str, Kpi]) -> bytes:
    """The workbook of `findings`; the same findings give the same bytes.

    Raises UsageError if the extra `excel` is not installed.
    """
    target = BytesIO()
    material = material_of(findings, registry)
    writer = material.context.numbers
    money = money_format(writer.money_pattern, writer.money_digits)
    with new_book(target, findings.as_of, money) as book:
        for sheet in sorted(_sheets(), key=lambda sheet: sheet.place):
            sheet.add(material, book)
    return target.getvalue()


def _sheets() -> Iterator[Sheet]:
    for section in SECTIONS.values():
        yield from section.sheets
        yield Sheet(place=section.reference_place, add=partial(_add_answers, section))


def _add_answers(section: Section, material: Material, book: Book) -> None:
    for answer in section.answers(material.findings):
        add_table_sheet(answer, material.context, book, section.short_names)
