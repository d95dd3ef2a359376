"""The glossary: the meaning of every number in the report, and the SQL that recomputes it."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING

from wieder.asking.table import NoWitness
from wieder.report.section import Section, Sheet
from wieder.report.table_sheets import sheet_title
from wieder.writing.sheets import Cell, Style, add_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.asking.table import Table
    from wieder.kpis.base import Kpi
    from wieder.report.section import Material
    from wieder.writing.figures import RenderContext
    from wieder.writing.sheets import Book


@dataclass(frozen=True, kw_only=True)
class GlossaryEntry:
    """The definition of one KPI or table; fields that do not apply are empty."""

    id: str
    """The anchor of the entry: `kpi-ID` or `table-ID`."""
    name: str
    label: str
    meaning: str
    formula: str
    maturity: str
    better: str
    witness: str
    """DuckDB SQL, written independently of the code that computed the number."""


def glossary(context: RenderContext, tables: Sequence[Table]) -> tuple[GlossaryEntry, ...]:
    """One entry per KPI, in the order of the registry, then one per table."""
    kpis = (_kpi_entry(kpi, context) for kpi in context.registry.values())
    return (*kpis, *(_table_entry(table, context) for table in tables))


def _kpi_entry(kpi: Kpi, context: RenderContext) -> GlossaryEntry:
    return GlossaryEntry(
        id=f"kpi-{kpi.id}",
        name=kpi.id,
        label=kpi.label[context.lang],
        meaning=kpi.meaning[context.lang],
        formula=kpi.formula[context.lang],
        maturity=kpi.maturity[context.lang] if kpi.maturity else "",
        better=context.text(f"better.{kpi.better}"),
        witness=_sql(kpi.witness),
    )


def _table_entry(table: Table, context: RenderContext) -> GlossaryEntry:
    return GlossaryEntry(
        id=f"table-{table.id}",
        name=table.id,
        label=table.label[context.lang],
        meaning=table.meaning[context.lang],
        formula="",
        maturity="",
        better="",
        witness=_sql(table.witness),
    )


def _sql(witness: str | NoWitness) -> str:
    return "" if isinstance(witness, NoWitness) else dedent(witness).strip()


def _sheet(material: Material, book: Book) -> None:
    """Add the definitions: one row per KPI."""
    context = material.context
    names = ("meaning", "formula", "maturity", "better")
    headings = [context.text("column.kpi"), "id", *(context.text(f"explain.{name}") for name in names)]
    rows = [
        [
            Cell(entry.label, Style.WRAPPED),
            Cell(entry.name),
            *(Cell(getattr(entry, name), Style.WRAPPED) for name in names),
        ]
        for entry in glossary(context, ())
    ]
    add_table(book, sheet_title("glossary", material.context), headings, rows)


SECTION = Section(
    name="glossary",
    place=130,
    draws={"glossary": lambda material: glossary(material.context, material.tables)},
    sheets=(Sheet(place=130, add=_sheet),),
)
