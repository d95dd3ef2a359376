"""The few numbers at the top of the report, each with its change, interval and history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.kpis import kpis_shown
from wieder.kpis.base import Shown, State
from wieder.periods import previous, year_before
from wieder.report.section import Section
from wieder.writing.charts import Sparkline, sparkline
from wieder.writing.figures import Figure, figure
from wieder.writing.kpi_grids import direction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.asking.grid import Tone
    from wieder.periods import Period
    from wieder.writing.figures import Desk, History
    from wieder.writing.readings import Reading


@dataclass(frozen=True, kw_only=True)
class Change:
    """The change against one earlier period."""

    text: str
    against: str
    tone: Tone


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One KPI in its last known period."""

    figure: Figure
    changes: tuple[Change, ...]
    delay: str
    """Says which later periods are not known yet; empty if there is none."""
    unusual: str
    """The usual range, if the value is outside; else empty."""
    sparkline: Sparkline | None


def tiles(history: History, desk: Desk) -> tuple[Tile, ...]:
    """One tile per KPI that is to be shown as one, by rank."""
    return tuple(_tile(kpi, history, desk) for kpi in kpis_shown(Shown.TILE, desk.registry))


def _tile(kpi: str, history: History, desk: Desk) -> Tile:
    reading = history.latest_known(kpi)
    return Tile(
        figure=figure(reading, desk),
        changes=tuple(_changes(reading, desk)),
        delay=_delay(reading, history.periods[-1], desk),
        unusual=_unusual(reading, desk),
        sparkline=_sparkline(kpi, history, desk),
    )


def _changes(reading: Reading, desk: Desk) -> Iterator[Change]:
    kpi = desk.registry[reading.kpi]
    for change, period in (
        (reading.previous_change, previous(reading.period, desk.kind)),
        (reading.year_before_change, year_before(reading.period, desk.kind)),
    ):
        if change is not None and period is not None:
            against = desk.text("tile.against", period=desk.numbers.short_period(period, desk.kind))
            text = desk.numbers.change(change, kpi.unit)
            yield Change(text=text, against=against, tone=direction(change, kpi.better))


def _delay(reading: Reading, last: Period, desk: Desk) -> str:
    if reading.period == last:
        return ""
    return desk.text("tile.delay", period=desk.numbers.period(last, desk.kind))


def _unusual(reading: Reading, desk: Desk) -> str:
    if not reading.is_outside:
        return ""
    unit = desk.registry[reading.kpi].unit
    low, high = (desk.numbers.headline(end, unit) for end in (reading.usual_low, reading.usual_high))
    return desk.text("tile.unusual", low=low, high=high)


def _sparkline(kpi: str, history: History, desk: Desk) -> Sparkline | None:
    final = {one.period: one.value for one in history.by_kpi.get(kpi, ()) if one.state is State.FINAL}
    values = [final.get(period) for period in history.charted]
    title = desk.text(
        "tile.sparkline",
        label=desk.registry[kpi].label[desk.lang],
        first=desk.numbers.period(history.charted[0], desk.kind),
        last=desk.numbers.period(history.charted[-1], desk.kind),
    )
    return sparkline(values, title)


SECTION = Section(
    name="tiles", place=20, draws={"tiles": lambda material: tiles(material.by_period, material.desk)}
)
