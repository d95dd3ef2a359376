"""What a terminal shows, as rich renderables. Whoever prints them brings the console.

Text from the data never passes through rich's markup, and control characters
in it are shown as symbols, so that a customer called `[/oops]` or an escape
sequence cannot change the screen.
"""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wieder.locale import texts
from wieder.report.grids import Role, Tone, bridge_grid, frame_grid, kpi_grids, load_grid
from wieder.report.numbers import ABSENT, numbers_for
from wieder.screen import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl
    from rich.console import RenderableType

    from wieder.kpis.base import Kpi, Lang
    from wieder.periods import PeriodKind
    from wieder.report.grids import Cell, Grid, Row
    from wieder.report.readings import Reading

STYLES = {Tone.NORMAL: "", Tone.GOOD: "green", Tone.BAD: "red", Tone.FAINT: "dim"}
ROW_STYLES = {Role.PLAIN: "", Role.GROUP: "bold", Role.SUBTOTAL: "bold", Role.TOTAL: "bold", Role.PART: "dim"}


def kpi_table(
    results: pl.DataFrame, registry: Mapping[str, Kpi], lang: Lang, currency: str, kind: PeriodKind
) -> RenderableType:
    """One block per period and segment of `results` (with comparison columns): a row per KPI."""
    return Group(*(grid_table(grid) for grid in kpi_grids(results, registry, lang, currency, kind)))


def bridge_table(bridge: pl.DataFrame, lang: Lang, currency: str) -> RenderableType:
    """The addition from the exports to the orders behind the KPIs."""
    return grid_table(bridge_grid(bridge, lang, currency))


def load_report(loads: pl.DataFrame, lang: Lang, currency: str) -> RenderableType:
    """What became of each file: one row per file of the `loads` table, and their sum."""
    return grid_table(load_grid(loads, lang, currency))


def frame_table(frame: pl.DataFrame, lang: Lang, title: str = "") -> RenderableType:
    """Any frame: a column per column."""
    return grid_table(frame_grid(frame, lang, title))


def grid_table(grid: Grid) -> RenderableType:
    """One table with its title; cells that do not fit are wrapped, never cut."""
    table = Table(
        title=Text(visible(grid.title), style="bold") if grid.title else None,
        title_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
    )
    for heading in grid.headings:
        justify = "right" if heading.numeric else "left"
        table.add_column(Text(visible(heading.text)), justify=justify, overflow="fold")  # type: ignore[arg-type]
    grouped = any(row.role is Role.GROUP for row in grid.rows)
    for row in grid.rows:
        if row.role is Role.TOTAL:
            table.add_section()
        indent = "  " if row.role is Role.PART or (grouped and row.role is Role.PLAIN) else ""
        table.add_row(
            *_row_texts(row, indent), style=ROW_STYLES[row.role], end_section=row.role is Role.TOTAL
        )
    return Padding(table, (0, 0, 1, 0))


def _row_texts(row: Row, indent: str) -> Iterator[Text]:
    first, *others = row.cells
    yield _cell_text(first, indent)
    for cell in others:
        yield _cell_text(cell)


def _cell_text(cell: Cell, indent: str = "") -> Text:
    return Text(indent + visible(cell.text), style=STYLES[cell.tone])


def explain_page(
    kpi: Kpi, reading: Reading | None, lang: Lang, currency: str, kind: PeriodKind
) -> RenderableType:
    """One KPI: what it means, how it is made, the numbers behind it, and its witness."""
    text = texts(lang)
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    for key, fact in _facts(kpi, reading, lang, currency, kind):
        facts.add_row(Text(text(f"explain.{key}")), Text(visible(fact)))
    head = Text.assemble((kpi.label[lang], "bold"), "  ", (f"{kpi.id} v{kpi.version}", "dim"))
    witness = Text(f"{text('explain.witness')}\n", style="dim")
    return Group(
        head, Text(), facts, Text(), witness.append(dedent(kpi.witness).strip("\n"), style="default")
    )


def _facts(
    kpi: Kpi, reading: Reading | None, lang: Lang, currency: str, kind: PeriodKind
) -> Iterator[tuple[str, str]]:
    text = texts(lang)
    yield "meaning", kpi.meaning[lang]
    yield "formula", kpi.formula[lang]
    if kpi.maturity:
        yield "maturity", kpi.maturity[lang]
    yield "unit", text(f"unit_name.{kpi.unit}")
    yield "better", text(f"better.{kpi.better}")
    if reading:
        yield from _arithmetic(kpi, reading, lang, currency, kind)


def _arithmetic(
    kpi: Kpi, reading: Reading, lang: Lang, currency: str, kind: PeriodKind
) -> Iterator[tuple[str, str]]:
    writer = numbers_for(lang, currency)
    yield "period", writer.period(reading.period, kind)
    if reading.numerator is not None and reading.denominator is not None:
        yield "division", f"{writer.plain(reading.numerator)} / {writer.plain(reading.denominator)}"
    yield "value", writer.value(reading.value, kpi.unit)
    yield "interval", writer.interval(reading.ci_low, reading.ci_high) or ABSENT
    yield "n", writer.count(reading.n)
    yield "state", writer.text(f"state.{reading.state}")
