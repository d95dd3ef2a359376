"""One number of the report, opened to everything that stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.kpis.base import Kpi, State
from wieder.locale.text import Lang, Unit
from wieder.writing.kpi_grids import is_uncertain
from wieder.writing.numbers import numbers_for
from wieder.writing.readings import Reading, readings

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from wieder.locale import Texts
    from wieder.periods import Period, PeriodKind
    from wieder.writing.numbers import Number, Numbers


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One KPI in one period and segment, every part of it as text."""

    kpi: str
    label: str
    period: str
    value: str
    headline: str
    """The value for large type: amounts without cents."""
    interval: str
    """Empty where the KPI has none."""
    numerator: str
    denominator: str
    """Empty where the numerator is the value."""
    n: str
    state: State
    state_name: str
    reason: str
    """Why the value is not known or not final; empty if it is final."""
    uncertain: bool
    """Too few units to act on it; shown in grey."""
    meaning: str
    formula: str


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What everything in a report is written with."""

    registry: Mapping[str, Kpi]
    kind: PeriodKind
    numbers: Numbers

    @property
    def lang(self) -> Lang:
        """The language of the report."""
        return self.numbers.lang

    @property
    def text(self) -> Texts:
        """The sentences of the report."""
        return self.numbers.text


def desk_for(registry: Mapping[str, Kpi], kind: PeriodKind, lang: Lang, currency: str) -> Desk:
    """The desk for one language and currency."""
    return Desk(registry=registry, kind=kind, numbers=numbers_for(lang, currency))


def figure(reading: Reading, desk: Desk, kind: PeriodKind | None = None) -> Figure:
    """`reading` as text; `kind` names its period if it is not of the report's kind."""
    kpi, writer = desk.registry[reading.kpi], desk.numbers
    return Figure(
        kpi=kpi.id,
        label=kpi.label[desk.lang],
        period=writer.period(reading.period, kind or desk.kind),
        value=writer.value(reading.value, kpi.unit),
        headline=writer.headline(reading.value, kpi.unit),
        interval=writer.interval(reading.ci_low, reading.ci_high),
        numerator=_part(reading.numerator, kpi, writer),
        denominator="" if reading.denominator is None else writer.plain(reading.denominator),
        n=writer.count(reading.n),
        state=reading.state,
        state_name=writer.text(f"state.{reading.state}"),
        reason=reason(reading.state, kpi, desk),
        uncertain=is_uncertain(kpi, reading),
        meaning=kpi.meaning[desk.lang],
        formula=kpi.formula[desk.lang],
    )


def _part(numerator: Number | None, kpi: Kpi, writer: Numbers) -> str:
    """A numerator; that of an amount is an amount."""
    if kpi.unit is Unit.MONEY:
        return writer.money(numerator)
    return writer.plain(numerator)


def reason(state: State, kpi: Kpi, desk: Desk) -> str:
    """Why a value is not final, in words; empty if it is."""
    if state is State.FINAL:
        return ""
    if kpi.maturity is None:
        return desk.text(f"reason.{state}")
    return desk.text(f"reason.{state}_maturity", maturity=kpi.maturity[desk.lang])


MAXIMUM_CHARTED = 160
"""Three years of weeks."""


@dataclass(frozen=True, kw_only=True)
class History:
    """The readings of the whole shop, by KPI and in the order of time."""

    by_kpi: Mapping[str, tuple[Reading, ...]]
    periods: tuple[Period, ...]

    @property
    def charted(self) -> tuple[Period, ...]:
        """The periods that a chart has room for: the last ones."""
        return self.periods[-MAXIMUM_CHARTED:]

    def at(self, kpi: str, period: Period) -> Reading:
        """The reading in `period`; one of state none if there is no row for it."""
        for reading in reversed(self.by_kpi.get(kpi, ())):
            if reading.period == period:
                return reading
        return absent(kpi, period)

    def latest_known(self, kpi: str) -> Reading:
        """The last final reading; without one the last that has a value; without one the last period's."""
        known = [reading for reading in self.by_kpi.get(kpi, ()) if reading.value is not None]
        final = [reading for reading in known if reading.state is State.FINAL]
        return (final or known or [self.at(kpi, self.periods[-1])])[-1]


def absent(kpi: str, period: Period) -> Reading:
    """The reading of a KPI of which nothing is known in `period`."""
    nothing = dict.fromkeys(("numerator", "denominator", "value", "ci_low", "ci_high", "n"))
    return Reading(kpi=kpi, period=period, dimension="", segment="", state=State.NONE, **nothing)


def history(results: pl.DataFrame) -> History:
    """The rows of `results` that are about the whole shop."""
    by_kpi: dict[str, list[Reading]] = {}
    whole_shop = [one for one in readings(results) if not one.dimension]
    for reading in sorted(whole_shop, key=lambda one: one.period):
        by_kpi.setdefault(reading.kpi, []).append(reading)
    return History(
        by_kpi={kpi: tuple(rows) for kpi, rows in by_kpi.items()},
        periods=tuple(sorted({one.period for one in whole_shop})),
    )
