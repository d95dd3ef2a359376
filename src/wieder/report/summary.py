"""The report on one screen: the most important KPIs, each with its changes and its trend."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from wieder.kpis import kpis_shown
from wieder.kpis.base import Shown, State
from wieder.kpis.loyalty import REPEAT_WITHIN
from wieder.periods import PeriodKind
from wieder.report.sections.headlines import headlines
from wieder.writing.figures import context_for, history
from wieder.writing.kpi_grids import direction
from wieder.writing.numbers import ABSENT
from wieder.writing.screen import visible
from wieder.writing.terminal import STYLES, plain_spaces

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from wieder.asking.grid import Tone
    from wieder.kpis.base import Kpi
    from wieder.report.findings import Findings
    from wieder.writing.figures import History, RenderContext
    from wieder.writing.readings import Reading

WIDTH = 80
HEIGHT = 24
"""The screen size that the summary fits into, with a line left for the next command."""
SHOWN = 13
"""Periods in a trend: a year of months, and the month that the last one is compared with."""
LABEL_WIDTH = 32
HEADING_WIDTH = 10
BLOCKS = "▁▂▃▄▅▆▇█"
GAP = "·"
"""Shown for periods without a final value."""


@dataclass(frozen=True, kw_only=True)
class SummaryRow:
    """One KPI in its last known period, as text."""

    label: str
    value: str
    changes: tuple[tuple[str, Tone], ...]
    """Changes against the period before and the year before; empty if the span is one period."""
    trend: str


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The content of the screen."""

    title: str
    as_of: str
    outstanding: str
    """A sentence on the number of KPIs outside their usual range; empty if no range is known."""
    headings: tuple[str, ...]
    rows: tuple[SummaryRow, ...]
    windows: tuple[tuple[str, str], ...]
    """Days after the first order, and the repeat purchase rate within them over the whole span."""
    windows_title: str
    hint: str
    """Empty for none."""


def summarise(findings: Findings, registry: Mapping[str, Kpi], *, hint: bool = True) -> Summary:
    """The summary of a report; the `hint` explains how to get the full report.

    `findings.results` and `findings.whole.frame` need at least one row for the whole shop.
    """
    context = context_for(registry, findings.kind, findings.lang, findings.currency)
    by_period, whole = history(findings.results), history(findings.whole.frame)
    changes = () if findings.kind is PeriodKind.ALL else ("column.previous", "column.year_before")
    highlights = headlines(by_period, context)
    period = context.numbers.period(by_period.periods[-1], findings.kind)
    return Summary(
        title=f"{findings.settings.report.title or context.text('report.title')} · {period}",
        as_of=context.text("head.as_of", day=context.numbers.day(findings.as_of)),
        outstanding=highlights.summary if highlights else "",
        headings=tuple(context.text(key) for key in ("column.kpi", "column.value", *changes)),
        rows=tuple(_row(kpi, by_period, context) for kpi in kpis_shown(Shown.TILE, registry)),
        windows=_windows(whole, context),
        windows_title=context.text("summary.windows"),
        hint=context.text("summary.hint") if hint else "",
    )


def summary_page(summary: Summary) -> RenderableType:
    """The summary for a terminal."""
    parts: list[RenderableType] = [
        Text(_shown(summary.title), style="bold"),
        Text(_shown(summary.as_of), style="dim"),
        *([Text(_shown(summary.outstanding))] if summary.outstanding else []),
        Text(),
        _kpi_table(summary),
    ]
    if summary.windows:
        parts += [Text(), _windows_table(summary)]
    if summary.hint:
        parts += [Text(), Text(_shown(summary.hint), style="dim")]
    return Group(*parts)


def trend(values: Sequence[float | None]) -> str:
    """A character per value, from the lowest bar to the highest; empty with fewer than two values."""
    known = [value for value in values if value is not None]
    if len(known) < 2:  # noqa: PLR2004 - a trend needs two points
        return ""
    low, high = min(known), max(known)
    return "".join(GAP if value is None else _block(value, low, high) for value in values)


def _block(value: float, low: float, high: float) -> str:
    share = (value - low) / (high - low) if high > low else 0.5
    return BLOCKS[min(len(BLOCKS) - 1, int(share * len(BLOCKS)))]


def _row(kpi_id: str, by_period: History, context: RenderContext) -> SummaryRow:
    kpi, reading = context.registry[kpi_id], by_period.latest_known(kpi_id)
    label = kpi.label[context.lang]
    if reading.period != by_period.periods[-1]:
        label = f"{label} ({context.numbers.short_period(reading.period, context.kind)})"
    changes = () if context.kind is PeriodKind.ALL else (reading.previous_change, reading.year_before_change)
    return SummaryRow(
        label=label,
        value=context.numbers.headline(reading.value, kpi.unit),
        changes=tuple(
            (context.numbers.change(change, kpi.unit), direction(change, kpi.better)) for change in changes
        ),
        trend=_trend(reading, by_period),
    )


def _trend(last: Reading, by_period: History) -> str:
    """The final values up to the one shown, as bars."""
    readings = by_period.by_kpi.get(last.kpi, ())
    final = {one.period: one.value for one in readings if one.state is State.FINAL}
    periods = [period for period in by_period.periods if period <= last.period]
    return trend([final.get(period) for period in periods[-SHOWN:]])


def _windows(whole: History, context: RenderContext) -> tuple[tuple[str, str], ...]:
    known = {
        days: whole.at(kpi.id, whole.periods[-1])
        for days, kpi in REPEAT_WITHIN.items()
        if kpi.id in context.registry
    }
    if all(reading.value is None for reading in known.values()):
        return ()
    return tuple(
        (context.text("chart.repeat.window", days=days), context.numbers.percent(reading.value))
        for days, reading in known.items()
    )


def _kpi_table(summary: Summary) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    label, *others = map(_shown, summary.headings)
    table.add_column(Text(label), max_width=LABEL_WIDTH, overflow="fold")
    for heading in others:
        table.add_column(Text("\n".join(wrap(heading, HEADING_WIDTH))), justify="right", no_wrap=True)
    table.add_column(no_wrap=True, style="blue")
    for row in summary.rows:
        changes = (Text(_shown(text), style=STYLES[tone]) for text, tone in row.changes)
        absent = "dim" if row.value == ABSENT else ""
        table.add_row(
            Text(_shown(row.label)), Text(_shown(row.value), style=absent), *changes, Text(row.trend)
        )
    return table


def _windows_table(summary: Summary) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column()
    for _ in summary.windows:
        table.add_column(justify="right")
    rows = (
        (summary.windows_title, *(days for days, _ in summary.windows)),
        ("", *(share for _, share in summary.windows)),
    )
    for row in rows:
        table.add_row(*(Text(_shown(text)) for text in row))
    return table


def _shown(text: str) -> str:
    return plain_spaces(visible(text))
