"""What every number of the report means, and the SQL that gives it once more."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING

from wieder.asking.table import Tried
from wieder.report.section import Section, Sheet
from wieder.report.table_sheets import sheet_title
from wieder.writing.sheets import Cell, Style, add_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.asking.table import Table
    from wieder.kpis.base import Kpi
    from wieder.report.section import Material
    from wieder.writing.figures import Desk
    from wieder.writing.sheets import Book


@dataclass(frozen=True, kw_only=True)
class GlossaryEntry:
    """What one KPI or table means; what a table has not is empty."""

    id: str
    """`kpi-ID` or `table-ID`, to link to."""
    name: str
    label: str
    meaning: str
    formula: str
    maturity: str
    better: str
    witness: str
    """DuckDB SQL, written independently of what computed the number."""


def glossary(desk: Desk, tables: Sequence[Table]) -> tuple[GlossaryEntry, ...]:
    """One entry per KPI, in the order of the registry, then one per table."""
    kpis = (_kpi_entry(kpi, desk) for kpi in desk.registry.values())
    return (*kpis, *(_table_entry(table, desk) for table in tables))


def _kpi_entry(kpi: Kpi, desk: Desk) -> GlossaryEntry:
    return GlossaryEntry(
        id=f"kpi-{kpi.id}",
        name=kpi.id,
        label=kpi.label[desk.lang],
        meaning=kpi.meaning[desk.lang],
        formula=kpi.formula[desk.lang],
        maturity=kpi.maturity[desk.lang] if kpi.maturity else "",
        better=desk.text(f"better.{kpi.better}"),
        witness=_sql(kpi.witness),
    )


def _table_entry(table: Table, desk: Desk) -> GlossaryEntry:
    return GlossaryEntry(
        id=f"table-{table.id}",
        name=table.id,
        label=table.label[desk.lang],
        meaning=table.meaning[desk.lang],
        formula="",
        maturity="",
        better="",
        witness=_sql(table.witness),
    )


def _sql(witness: str | Tried) -> str:
    return "" if isinstance(witness, Tried) else dedent(witness).strip()


def _sheet(material: Material, book: Book) -> None:
    """What each KPI means: one row per KPI."""
    desk = material.desk
    names = ("meaning", "formula", "maturity", "better")
    headings = [desk.text("column.kpi"), "id", *(desk.text(f"explain.{name}") for name in names)]
    rows = [
        [
            Cell(entry.label, Style.WRAPPED),
            Cell(entry.name),
            *(Cell(getattr(entry, name), Style.WRAPPED) for name in names),
        ]
        for entry in glossary(desk, ())
    ]
    add_table(book, sheet_title("glossary", material.desk), headings, rows)


SECTION = Section(
    name="glossary",
    place=130,
    draws={"glossary": lambda material: glossary(material.desk, material.tables)},
    sheets=(Sheet(place=130, add=_sheet),),
)
