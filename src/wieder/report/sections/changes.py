"""The headline KPIs: changes against earlier periods, by segment, and against the last report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from wieder.kpis import kpis_shown
from wieder.kpis.base import Shown
from wieder.locale.text import Unit
from wieder.periods import PeriodKind
from wieder.questions.changes.grids import changes_grid, split_grid
from wieder.questions.changes.latest import Against, latest_changes
from wieder.questions.changes.parts import split_changes
from wieder.questions.restated.grid import restated_grid
from wieder.report.section import Section, Sheet
from wieder.report.table_sheets import sheet_title
from wieder.writing.grids import segment_name
from wieder.writing.sheets import OF_UNIT, Cell, Style, add_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wieder.asking.grid import Grid
    from wieder.report.findings import Findings
    from wieder.report.gathering import Gathering
    from wieder.report.section import Material
    from wieder.writing.figures import RenderContext
    from wieder.writing.sheets import Book

MAXIMUM_RESTATED = 30


@dataclass(frozen=True, kw_only=True)
class ChangesFound:
    """The changes, and the contribution of each segment to them."""

    changes: pl.DataFrame
    """Columns: `CHANGES`."""
    parts: pl.DataFrame
    """Columns: `PARTS`; empty if nothing is segmented."""


def _gather(gathering: Gathering) -> ChangesFound:
    kpis = gathering.kpis
    whole, *segments = kpis.behind.by_cut
    changes = latest_changes(kpis.frame, kpis.kind)
    return ChangesFound(changes=changes, parts=split_changes(changes, pl.concat([whole.clear(), *segments])))


def _found(findings: Findings) -> ChangesFound | None:
    found: ChangesFound | None = findings.gathered.get("changes")
    return found


def _draw(material: Material) -> tuple[Grid, ...]:
    findings, context = material.findings, material.context
    return (*_change_grids(findings, context), *_restated(findings, context))


def _change_grids(findings: Findings, context: RenderContext) -> tuple[Grid, ...]:
    found = _found(findings)
    if found is None or findings.kind is PeriodKind.ALL:
        return ()
    currency = context.numbers.currency
    changes, parts = (
        frame.filter(pl.col("kpi").is_in(kpis_shown(Shown.HEADLINE)), pl.col("value").is_not_null())
        for frame in (found.changes, found.parts)
    )
    if changes.is_empty():
        return ()
    whole = changes_grid(changes, context.lang, currency, context.kind)
    if parts.is_empty():
        return (whole,)
    is_last = pl.col("against") == Against.PREVIOUS
    return whole, split_grid(
        changes.filter(is_last), parts.filter(is_last), context.lang, currency, context.kind
    )


def _restated(findings: Findings, context: RenderContext) -> Iterator[Grid]:
    restated = findings.restated.filter(pl.col("kpi").is_in(kpis_shown(Shown.HEADLINE)))
    grid = restated_grid(restated, context.lang, context.numbers.currency, context.kind, MAXIMUM_RESTATED)
    if grid.rows:
        yield grid


def _effects(material: Material, book: Book) -> None:
    """Add a row per KPI, comparison and segment: its mix effect, its rate effect, and their sum."""
    changes = _found(material.findings)
    if changes is None or changes.parts.is_empty():
        return
    context = material.context
    headings = [
        context.text("column.kpi"),
        *(
            context.text(f"changes.{name}")
            for name in ("segment", "before", "value", "mix", "rate", "effect")
        ),
        *(f"{context.text(f'changes.{name}')} {context.text('column.from')}" for name in ("before", "value")),
    ]
    rows = [_effect_cells(row, context) for row in changes.parts.iter_rows(named=True)]
    add_table(book, sheet_title("effects", material.context), headings, rows)


def _effect_cells(row: Mapping[str, Any], context: RenderContext) -> list[Cell]:
    kpi = context.registry[row["kpi"]]
    style, scale = (Style.POINTS, 100) if kpi.unit is Unit.RATE else (OF_UNIT[kpi.unit], 1)
    effects = (row[name] for name in ("mix_effect", "rate_effect", "effect"))
    return [
        Cell(kpi.label[context.lang]),
        Cell(segment_name(row["segment"], context.text)),
        *(Cell(row[name], OF_UNIT[kpi.unit]) for name in ("before", "value")),
        *(Cell(None if effect is None else effect * scale, style) for effect in effects),
        *(Cell(row[name], Style.DATE) for name in ("before_start", "period_start")),
    ]


SECTION = Section(
    name="changes",
    place=100,
    draws={"changes": _draw},
    gather=_gather,
    sheets=(Sheet(place=100, add=_effects),),
)
