"""The report in a few sentences: the main changes, their size, and whether they are unusual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.kpis import kpis_shown
from wieder.kpis.base import Shown, State
from wieder.locale.text import Unit
from wieder.periods import previous, year_before
from wieder.report.section import Section
from wieder.writing.figures import Figure, figure
from wieder.writing.kpi_grids import SMALLEST_CHANGE, direction, is_uncertain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.asking.grid import Tone
    from wieder.writing.figures import History, RenderContext
    from wieder.writing.readings import Reading

MAXIMUM = 5
MINIMUM = 3
"""Number of sentences shown even if nothing is unusual."""
LARGE_CHANGE = 0.1
"""Relative change that deserves a sentence if there is no usual range to compare it with."""


@dataclass(frozen=True, kw_only=True)
class Headline:
    """One sentence, details in smaller type, and the figure behind it."""

    sentence: str
    detail: str
    tone: Tone
    is_outside: bool
    """Whether the value is outside its usual range."""
    figure: Figure


@dataclass(frozen=True, kw_only=True)
class Headlines:
    """The sentences, the most unusual first."""

    summary: str
    """A sentence on the number of KPIs outside their usual range; empty if no range is known."""
    items: tuple[Headline, ...]


def headlines(history: History, context: RenderContext) -> Headlines | None:
    """The headlines on the last known period of each KPI; None if no value is final and certain enough."""
    known = [history.latest_known(kpi) for kpi in kpis_shown(Shown.HEADLINE, context.registry)]
    reliable = [
        one for one in known if one.state is State.FINAL and not is_uncertain(context.registry[one.kpi], one)
    ]
    if not reliable:
        return None
    ranked = sorted(reliable, key=lambda one: _weight(one, context), reverse=True)
    n_shown = max(MINIMUM, sum(_matters(one, context) for one in ranked))
    shown = ranked[: min(MAXIMUM, n_shown)]
    return Headlines(
        summary=_summary(reliable, context), items=tuple(_headline(one, context) for one in shown)
    )


def _summary(reliable: list[Reading], context: RenderContext) -> str:
    judged = [one for one in reliable if one.is_outside is not None]
    if not judged:
        return ""
    n_outside = sum(one.is_outside is True for one in judged)
    n, all_ = context.numbers.count(n_outside), context.numbers.count(len(judged))
    if not n_outside:
        return context.text.counted("headline.calm", len(judged), all=all_)
    return context.text.counted("headline.outside", n_outside, n=n, all=all_)


def _weight(reading: Reading, context: RenderContext) -> tuple[bool, float]:
    """Sort key: important changes first, those furthest outside their usual range at the top."""
    return _matters(reading, context), _distance(reading) if reading.is_outside else 0.0


def _distance(reading: Reading) -> float:
    """Distance from the middle of the usual range, in units of half its width."""
    if reading.value is None or reading.usual_low is None or reading.usual_high is None:
        return 0.0
    reach = (reading.usual_high - reading.usual_low) / 2
    return abs(reading.value - (reading.usual_low + reading.usual_high) / 2) / reach if reach else 0.0


def _matters(reading: Reading, context: RenderContext) -> bool:
    """Whether a change is unusual; without a usual range, whether it is large or exceeds its interval."""
    if reading.is_outside is not None:
        return reading.is_outside
    if reading.previous_change is None or reading.previous_value is None:
        return False
    if context.registry[reading.kpi].unit is not Unit.RATE:
        return abs(reading.previous_change) >= LARGE_CHANGE
    if reading.ci_low is None or reading.ci_high is None:
        return False
    return not reading.ci_low <= reading.previous_value <= reading.ci_high


def _headline(reading: Reading, context: RenderContext) -> Headline:
    return Headline(
        sentence=_sentence(reading, context) + _range(reading, context) + ".",
        detail=" · ".join(_details(reading, context)),
        tone=direction(reading.previous_change, context.registry[reading.kpi].better),
        is_outside=bool(reading.is_outside),
        figure=figure(reading, context),
    )


def _sentence(reading: Reading, context: RenderContext) -> str:
    kpi, writer = context.registry[reading.kpi], context.numbers
    words = {
        "subject": context.text(f"headline.subject.{reading.kpi}"),
        "value": writer.headline(reading.value, kpi.unit),
    }
    before = previous(reading.period, context.kind)
    if reading.previous_change is None or before is None:
        return context.text("headline.is", **words)
    words["before"] = writer.short_period(before, context.kind)
    if abs(reading.previous_change) < SMALLEST_CHANGE:
        return context.text("headline.same", **words)
    verb = "rose" if reading.previous_change > 0 else "fell"
    return context.text(f"headline.{verb}", change=writer.change(reading.previous_change, kpi.unit), **words)


def _range(reading: Reading, context: RenderContext) -> str:
    if reading.is_outside is None:
        return ""
    if not reading.is_outside:
        return context.text("headline.within")
    unit = context.registry[reading.kpi].unit
    low, high = (context.numbers.headline(end, unit) for end in (reading.usual_low, reading.usual_high))
    return context.text("headline.beyond", low=low, high=high)


def _details(reading: Reading, context: RenderContext) -> Iterator[str]:
    kpi, writer = context.registry[reading.kpi], context.numbers
    yield writer.period(reading.period, context.kind)
    before = year_before(reading.period, context.kind)
    if reading.year_before_change is not None and before is not None:
        change = writer.change(reading.year_before_change, kpi.unit)
        yield f"{change} {context.text('tile.against', period=writer.short_period(before, context.kind))}"
    if reading.usual_n is not None and reading.is_outside is not None:
        yield context.text("headline.basis", n=writer.count(reading.usual_n))


SECTION = Section(
    name="headlines",
    place=10,
    draws={"headlines": lambda material: headlines(material.by_period, material.context)},
)
