"""What every number of the report means, and the SQL that gives it once more."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.kpis.base import Kpi
    from wieder.report.figures import Desk
    from wieder.tables.base import Table


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


def _sql(witness: str) -> str:
    return dedent(witness).strip()
