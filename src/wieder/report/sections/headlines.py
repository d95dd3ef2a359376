"""The report in a few sentences: what changed, by how much, and whether that is unusual."""

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
    from wieder.writing.figures import Desk, History
    from wieder.writing.readings import Reading

MAXIMUM = 5
MINIMUM = 3
"""So many are told even where nothing is unusual."""
LARGE_CHANGE = 0.1
"""A relative change that is worth a sentence where there is no usual range to judge it by."""


@dataclass(frozen=True, kw_only=True)
class Headline:
    """One sentence, the circumstances in smaller type, and the number behind it."""

    sentence: str
    detail: str
    tone: Tone
    is_outside: bool
    """Outside the usual range."""
    figure: Figure


@dataclass(frozen=True, kw_only=True)
class Headlines:
    """The sentences, the most unusual first."""

    summary: str
    """How many numbers are outside their usual range; empty where no range is known."""
    items: tuple[Headline, ...]


def headlines(history: History, desk: Desk) -> Headlines | None:
    """What is to be said about the last known period of each subject; None if nothing is known for sure."""
    known = [history.latest_known(kpi) for kpi in kpis_shown(Shown.HEADLINE, desk.registry)]
    told = [
        one for one in known if one.state is State.FINAL and not is_uncertain(desk.registry[one.kpi], one)
    ]
    if not told:
        return None
    ranked = sorted(told, key=lambda one: _weight(one, desk), reverse=True)
    n_shown = max(MINIMUM, sum(_matters(one, desk) for one in ranked))
    shown = ranked[: min(MAXIMUM, n_shown)]
    return Headlines(summary=_summary(told, desk), items=tuple(_headline(one, desk) for one in shown))


def _summary(told: list[Reading], desk: Desk) -> str:
    judged = [one for one in told if one.is_outside is not None]
    if not judged:
        return ""
    n_outside = sum(one.is_outside is True for one in judged)
    n, all_ = desk.numbers.count(n_outside), desk.numbers.count(len(judged))
    if not n_outside:
        return desk.text.counted("headline.calm", len(judged), all=all_)
    return desk.text.counted("headline.outside", n_outside, n=n, all=all_)


def _weight(reading: Reading, desk: Desk) -> tuple[bool, float]:
    """What matters first, the furthest outside its usual range first; the rest stays in order."""
    return _matters(reading, desk), _distance(reading) if reading.is_outside else 0.0


def _distance(reading: Reading) -> float:
    """How far from the middle of the usual range, the reach of which is 1."""
    if reading.value is None or reading.usual_low is None or reading.usual_high is None:
        return 0.0
    reach = (reading.usual_high - reading.usual_low) / 2
    return abs(reading.value - (reading.usual_low + reading.usual_high) / 2) / reach if reach else 0.0


def _matters(reading: Reading, desk: Desk) -> bool:
    """Whether a change is more than usual; without a range, whether it is large or beyond its interval."""
    if reading.is_outside is not None:
        return reading.is_outside
    if reading.previous_change is None or reading.previous_value is None:
        return False
    if desk.registry[reading.kpi].unit is not Unit.RATE:
        return abs(reading.previous_change) >= LARGE_CHANGE
    if reading.ci_low is None or reading.ci_high is None:
        return False
    return not reading.ci_low <= reading.previous_value <= reading.ci_high


def _headline(reading: Reading, desk: Desk) -> Headline:
    return Headline(
        sentence=_sentence(reading, desk) + _range(reading, desk) + ".",
        detail=" · ".join(_details(reading, desk)),
        tone=direction(reading.previous_change, desk.registry[reading.kpi].better),
        is_outside=bool(reading.is_outside),
        figure=figure(reading, desk),
    )


def _sentence(reading: Reading, desk: Desk) -> str:
    kpi, writer = desk.registry[reading.kpi], desk.numbers
    said = {
        "subject": desk.text(f"headline.subject.{reading.kpi}"),
        "value": writer.headline(reading.value, kpi.unit),
    }
    before = previous(reading.period, desk.kind)
    if reading.previous_change is None or before is None:
        return desk.text("headline.is", **said)
    said["before"] = writer.short_period(before, desk.kind)
    if abs(reading.previous_change) < SMALLEST_CHANGE:
        return desk.text("headline.same", **said)
    verb = "rose" if reading.previous_change > 0 else "fell"
    return desk.text(f"headline.{verb}", change=writer.change(reading.previous_change, kpi.unit), **said)


def _range(reading: Reading, desk: Desk) -> str:
    if reading.is_outside is None:
        return ""
    if not reading.is_outside:
        return desk.text("headline.within")
    unit = desk.registry[reading.kpi].unit
    low, high = (desk.numbers.headline(end, unit) for end in (reading.usual_low, reading.usual_high))
    return desk.text("headline.beyond", low=low, high=high)


def _details(reading: Reading, desk: Desk) -> Iterator[str]:
    kpi, writer = desk.registry[reading.kpi], desk.numbers
    yield writer.period(reading.period, desk.kind)
    before = year_before(reading.period, desk.kind)
    if reading.year_before_change is not None and before is not None:
        change = writer.change(reading.year_before_change, kpi.unit)
        yield f"{change} {desk.text('tile.against', period=writer.short_period(before, desk.kind))}"
    if reading.usual_n is not None and reading.is_outside is not None:
        yield desk.text("headline.basis", n=writer.count(reading.usual_n))


SECTION = Section(
    name="headlines",
    place=10,
    draws={"headlines": lambda material: headlines(material.by_period, material.desk)},
)
