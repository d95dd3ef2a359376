"""Terminal output as rich renderables; the caller provides the console.

Text from the data never passes through rich's markup, and its control characters
are shown as symbols, so that neither a customer called `[/oops]` nor an escape
sequence can change the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from textwrap import dedent, wrap
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wieder.asking.grid import Role, Tone
from wieder.locale import texts
from wieder.writing.numbers import ABSENT, NO_BREAK_SPACE, numbers_for
from wieder.writing.screen import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, ConsoleOptions, JustifyMethod, RenderableType, RenderResult

    from wieder.asking.grid import Cell, Grid, Heading, Row
    from wieder.kpis.base import Kpi
    from wieder.locale.text import Lang
    from wieder.periods import PeriodKind
    from wieder.writing.readings import Reading

STYLES = {Tone.NORMAL: "", Tone.GOOD: "green", Tone.BAD: "red", Tone.FAINT: "dim"}
ROW_STYLES = {Role.PLAIN: "", Role.GROUP: "bold", Role.SUBTOTAL: "bold", Role.TOTAL: "bold", Role.PART: "dim"}

HEAT = (
    "#f1f6fa", "#dfebf4", "#cbdfee", "#b3d0e6", "#98bfdc",
    "#7aabd0", "#44769f", "#33658d", "#23547b", "#144067",
)  # fmt: skip
"""The shades of charts.svg.j2."""
DARKEST_FOR_BLACK = 5


def grid_table(grid: Grid) -> RenderableType:
    """One table with its title. The first column wraps to fit; numbers never do."""
    return FittingTable(grid)


def heat_table(grid: Grid, kept: int, lang: Lang) -> RenderableType:
    """A heatmap as a table: the first `kept` columns, then as many as fit, and a count of the rest."""
    return HeatTable(grid, kept, lang)


@dataclass(frozen=True)
class HeatTable:
    """A table that omits its last columns if they do not fit."""

    grid: Grid
    kept: int
    lang: Lang

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        """Render the table; called by rich with the available width."""
        ends = accumulate(
            max(_longest_word(heading.text), _widest(self.grid, [index])) + GAP
            for index, heading in enumerate(self.grid.headings)
        )
        shown = max(self.kept, sum(end <= options.max_width for end in ends))
        yield _table(self.grid, [[index] for index in range(min(shown, len(self.grid.headings)))])
        if shown < len(self.grid.headings):
            omitted = len(self.grid.headings) - shown
            yield Text(texts(self.lang).counted("cohorts.omitted", omitted, n=omitted), style="dim")


@dataclass(frozen=True)
class FittingTable:
    """A table that stacks some columns below others if they do not fit side by side."""

    grid: Grid

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        """Render the table; called by rich with the available width."""
        is_narrow = _natural_width(self.grid) > options.max_width
        yield _table(self.grid, _columns(self.grid.headings, is_narrow=is_narrow))


GAP = 2
"""Screen columns between two columns of a table."""


def _natural_width(grid: Grid) -> int:
    return sum(_widest(grid, [index]) + GAP for index in range(len(grid.headings)))


def _widest(grid: Grid, column: Sequence[int]) -> int:
    cells = (row.cells[index] for row in grid.rows for index in column if index < len(row.cells))
    return max((len(cell.text) for cell in cells), default=0)


def _columns(headings: Sequence[Heading], *, is_narrow: bool) -> list[list[int]]:
    """The columns to show, each as the indices of the grid columns stacked in it, top to bottom."""
    columns: list[list[int]] = []
    for index, heading in enumerate(headings):
        if is_narrow and heading.can_stand_below:
            columns[-1].append(index)
        else:
            columns.append([index])
    return columns


def _table(grid: Grid, columns: Sequence[Sequence[int]]) -> RenderableType:
    title = Text(visible(grid.title), style="bold") if grid.title else None
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for column in columns:
        is_numeric = grid.headings[column[0]].numeric
        name = "\n".join(_wrapped(grid.headings[index].text, _widest(grid, column)) for index in column)
        justify: JustifyMethod = "right" if is_numeric else "left"
        table.add_column(Text(name), justify=justify, no_wrap=is_numeric, overflow="fold")
    is_grouped = any(row.role is Role.GROUP for row in grid.rows)
    for row in grid.rows:
        if row.role is Role.TOTAL:
            table.add_section()
        indent = 2 if row.role is Role.PART or (is_grouped and row.role is Role.PLAIN) else 0
        first, *others = (_text(row, column) for column in columns)
        table.add_row(
            Padding(first, (0, 0, 0, indent)),
            *others,
            style=ROW_STYLES[row.role],
            end_section=row.role is Role.TOTAL,
        )
    return Padding(table, (0, 0, 1, 0))


def _wrapped(heading: str, width: int) -> str:
    """`heading` wrapped to the width of the cells below, or to its longest word if that is wider."""
    text = visible(heading)
    return "\n".join(wrap(text, max(width, _longest_word(text))))


def _longest_word(text: str) -> int:
    return max(map(len, text.split()), default=1)


def _text(row: Row, column: Sequence[int]) -> Text:
    """The cells of one shown column, stacked; empty ones take no line."""
    cells = [row.cells[index] for index in column if index < len(row.cells)]
    lines = [Text(plain_spaces(visible(cell.text)), style=_style(cell)) for cell in cells if cell.text]
    return Text("\n").join(lines)


def _style(cell: Cell) -> str:
    """The style of a cell: its tone, or its shade with black text, white on dark shades."""
    if cell.heat is None:
        return STYLES[cell.tone]
    ink = "white" if cell.heat > DARKEST_FOR_BLACK else "black"
    return f"{ink} on {HEAT[cell.heat]}"


def plain_spaces(text: str) -> str:
    """`text` with ordinary spaces, so that it can be searched and copied."""
    return text.replace(NO_BREAK_SPACE, " ")


def explain_page(
    kpi: Kpi, reading: Reading | None, lang: Lang, currency: str, kind: PeriodKind
) -> RenderableType:
    """One KPI explained: its meaning, its formula, the numbers behind it, and its witness."""
    text = texts(lang)
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    for key, fact in _facts(kpi, reading, lang, currency, kind):
        facts.add_row(Text(text(f"explain.{key}")), Text(plain_spaces(visible(fact))))
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
