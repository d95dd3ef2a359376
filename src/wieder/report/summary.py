"""The report on one screen: what a shop looks at first, each with its change and its course."""

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
from wieder.writing.figures import desk_for, history
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
    from wieder.writing.figures import Desk, History
    from wieder.writing.readings import Reading

WIDTH = 80
HEIGHT = 24
"""The screen that the summary fits into, with a line left for the next command."""
SHOWN = 13
"""Periods of a course: a year of months, and the month that the last one is compared with."""
LABEL_WIDTH = 32
HEADING_WIDTH = 10
BLOCKS = "▁▂▃▄▅▆▇█"
GAP = "·"
"""Where nothing is known yet."""


@dataclass(frozen=True, kw_only=True)
class SummaryRow:
    """One KPI in its last known period, written for a reader."""

    label: str
    value: str
    changes: tuple[tuple[str, Tone], ...]
    """Against the period before and the year before; none if time is not cut."""
    course: str


@dataclass(frozen=True, kw_only=True)
class Summary:
    """Everything on the screen."""

    title: str
    as_of: str
    outstanding: str
    """How many numbers are outside their usual range; empty where no range is known."""
    headings: tuple[str, ...]
    rows: tuple[SummaryRow, ...]
    windows: tuple[tuple[str, str], ...]
    """Days after the first order, and who of the whole span bought again within them."""
    windows_title: str
    hint: str
    """Empty for none."""


def summarise(findings: Findings, registry: Mapping[str, Kpi], *, hint: bool = True) -> Summary:
    """The summary of a report; the `hint` says how to get more.

    `findings.results` and `findings.whole.frame` need a row for the whole shop.
    """
    desk = desk_for(registry, findings.kind, findings.lang, findings.currency)
    by_period, whole = history(findings.results), history(findings.whole.frame)
    changes = () if findings.kind is PeriodKind.ALL else ("column.previous", "column.year_before")
    told = headlines(by_period, desk)
    period = desk.numbers.period(by_period.periods[-1], findings.kind)
    return Summary(
        title=f"{findings.settings.report.title or desk.text('report.title')} · {period}",
        as_of=desk.text("head.as_of", day=desk.numbers.day(findings.as_of)),
        outstanding=told.summary if told else "",
        headings=tuple(desk.text(key) for key in ("column.kpi", "column.value", *changes)),
        rows=tuple(_row(kpi, by_period, desk) for kpi in kpis_shown(Shown.TILE, registry)),
        windows=_windows(whole, desk),
        windows_title=desk.text("summary.windows"),
        hint=desk.text("summary.hint") if hint else "",
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


def course(values: Sequence[float | None]) -> str:
    """A character per value, from the lowest bar to the highest; empty with fewer than two values."""
    known = [value for value in values if value is not None]
    if len(known) < 2:  # noqa: PLR2004 - one point is no course
        return ""
    low, high = min(known), max(known)
    return "".join(GAP if value is None else _block(value, low, high) for value in values)


def _block(value: float, low: float, high: float) -> str:
    share = (value - low) / (high - low) if high > low else 0.5
    return BLOCKS[min(len(BLOCKS) - 1, int(share * len(BLOCKS)))]


def _row(kpi_id: str, by_period: History, desk: Desk) -> SummaryRow:
    kpi, reading = desk.registry[kpi_id], by_period.latest_known(kpi_id)
    label = kpi.label[desk.lang]
    if reading.period != by_period.periods[-1]:
        label = f"{label} ({desk.numbers.short_period(reading.period, desk.kind)})"
    changes = () if desk.kind is PeriodKind.ALL else (reading.previous_change, reading.year_before_change)
    return SummaryRow(
        label=label,
        value=desk.numbers.headline(reading.value, kpi.unit),
        changes=tuple(
            (desk.numbers.change(change, kpi.unit), direction(change, kpi.better)) for change in changes
        ),
        course=_course(reading, by_period),
    )


def _course(last: Reading, by_period: History) -> str:
    """The final values up to the one that is shown."""
    readings = by_period.by_kpi.get(last.kpi, ())
    final = {one.period: one.value for one in readings if one.state is State.FINAL}
    periods = [period for period in by_period.periods if period <= last.period]
    return course([final.get(period) for period in periods[-SHOWN:]])


def _windows(whole: History, desk: Desk) -> tuple[tuple[str, str], ...]:
    known = {
        days: whole.at(kpi.id, whole.periods[-1])
        for days, kpi in REPEAT_WITHIN.items()
        if kpi.id in desk.registry
    }
    if all(reading.value is None for reading in known.values()):
        return ()
    return tuple(
        (desk.text("chart.repeat.window", days=days), desk.numbers.percent(reading.value))
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
            Text(_shown(row.label)), Text(_shown(row.value), style=absent), *changes, Text(row.course)
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
