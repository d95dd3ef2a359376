"""The key figures at the top of the report, each with its change, interval and history."""

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
    from wieder.writing.figures import History, RenderContext
    from wieder.writing.readings import Reading


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change against one earlier period, as text."""

    text: str
    against: str
    tone: Tone


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One KPI in its last known period."""

    figure: Figure
    changes: tuple[Change, ...]
    delay: str
    """A sentence on the later periods that are not known yet; empty if there are none."""
    unusual: str
    """A sentence on the usual range if the value is outside it; else empty."""
    sparkline: Sparkline | None


def tiles(history: History, context: RenderContext) -> tuple[Tile, ...]:
    """One tile per KPI with `Shown.TILE`, by rank."""
    return tuple(_tile(kpi, history, context) for kpi in kpis_shown(Shown.TILE, context.registry))


def _tile(kpi: str, history: History, context: RenderContext) -> Tile:
    reading = history.latest_known(kpi)
    return Tile(
        figure=figure(reading, context),
        changes=tuple(_changes(reading, context)),
        delay=_delay(reading, history.periods[-1], context),
        unusual=_unusual(reading, context),
        sparkline=_sparkline(kpi, history, context),
    )


def _changes(reading: Reading, context: RenderContext) -> Iterator[Change]:
    kpi = context.registry[reading.kpi]
    for change, period in (
        (reading.previous_change, previous(reading.period, context.kind)),
        (reading.year_before_change, year_before(reading.period, context.kind)),
    ):
        if change is not None and period is not None:
            against = context.text("tile.against", period=context.numbers.short_period(period, context.kind))
            text = context.numbers.change(change, kpi.unit)
            yield Change(text=text, against=against, tone=direction(change, kpi.better))


def _delay(reading: Reading, last: Period, context: RenderContext) -> str:
    if reading.period == last:
        return ""
    return context.text("tile.delay", period=context.numbers.period(last, context.kind))


def _unusual(reading: Reading, context: RenderContext) -> str:
    if not reading.is_outside:
        return ""
    unit = context.registry[reading.kpi].unit
    low, high = (context.numbers.headline(end, unit) for end in (reading.usual_low, reading.usual_high))
    return context.text("tile.unusual", low=low, high=high)


def _sparkline(kpi: str, history: History, context: RenderContext) -> Sparkline | None:
    final = {one.period: one.value for one in history.by_kpi.get(kpi, ()) if one.state is State.FINAL}
    values = [final.get(period) for period in history.charted]
    title = context.text(
        "tile.sparkline",
        label=context.registry[kpi].label[context.lang],
        first=context.numbers.period(history.charted[0], context.kind),
        last=context.numbers.period(history.charted[-1], context.kind),
    )
    return sparkline(values, title)


SECTION = Section(
    name="tiles", place=20, draws={"tiles": lambda material: tiles(material.by_period, material.context)}
)
