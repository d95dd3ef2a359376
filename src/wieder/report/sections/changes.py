"""The numbers of headlines: against earlier periods, by segments, and as the report before said."""

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
    from wieder.writing.figures import Desk
    from wieder.writing.sheets import Book

MAXIMUM_RESTATED = 30


@dataclass(frozen=True, kw_only=True)
class ChangesFound:
    """What changed, and which segments moved it."""

    changes: pl.DataFrame
    """`CHANGES`."""
    parts: pl.DataFrame
    """`PARTS`; empty if nothing is cut."""


def _gather(gathering: Gathering) -> ChangesFound:
    kpis = gathering.kpis
    whole, *segments = kpis.behind.by_cut
    changes = latest_changes(kpis.frame, kpis.kind)
    return ChangesFound(changes=changes, parts=split_changes(changes, pl.concat([whole.clear(), *segments])))


def _found(findings: Findings) -> ChangesFound | None:
    found: ChangesFound | None = findings.gathered.get("changes")
    return found


def _draw(material: Material) -> tuple[Grid, ...]:
    findings, desk = material.findings, material.desk
    return (*_change_grids(findings, desk), *_restated(findings, desk))


def _change_grids(findings: Findings, desk: Desk) -> tuple[Grid, ...]:
    found = _found(findings)
    if found is None or findings.kind is PeriodKind.ALL:
        return ()
    currency = desk.numbers.currency
    changes, parts = (
        frame.filter(pl.col("kpi").is_in(kpis_shown(Shown.HEADLINE)), pl.col("value").is_not_null())
        for frame in (found.changes, found.parts)
    )
    if changes.is_empty():
        return ()
    whole = changes_grid(changes, desk.lang, currency, desk.kind)
    if parts.is_empty():
        return (whole,)
    is_last = pl.col("against") == Against.PREVIOUS
    return whole, split_grid(changes.filter(is_last), parts.filter(is_last), desk.lang, currency, desk.kind)


def _restated(findings: Findings, desk: Desk) -> Iterator[Grid]:
    restated = findings.restated.filter(pl.col("kpi").is_in(kpis_shown(Shown.HEADLINE)))
    grid = restated_grid(restated, desk.lang, desk.numbers.currency, desk.kind, MAXIMUM_RESTATED)
    if grid.rows:
        yield grid


def _effects(material: Material, book: Book) -> None:
    """A row per KPI, comparison and segment: which one moved it, by its share and by itself."""
    changes = _found(material.findings)
    if changes is None or changes.parts.is_empty():
        return
    desk = material.desk
    headings = [
        desk.text("column.kpi"),
        *(desk.text(f"changes.{name}") for name in ("segment", "before", "value", "mix", "rate", "effect")),
        *(f"{desk.text(f'changes.{name}')} {desk.text('column.from')}" for name in ("before", "value")),
    ]
    rows = [_effect_cells(row, desk) for row in changes.parts.iter_rows(named=True)]
    add_table(book, sheet_title("effects", material.desk), headings, rows)


def _effect_cells(row: Mapping[str, Any], desk: Desk) -> list[Cell]:
    kpi = desk.registry[row["kpi"]]
    style, scale = (Style.POINTS, 100) if kpi.unit is Unit.RATE else (OF_UNIT[kpi.unit], 1)
    effects = (row[name] for name in ("mix_effect", "rate_effect", "effect"))
    return [
        Cell(kpi.label[desk.lang]),
        Cell(segment_name(row["segment"], desk.text)),
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
