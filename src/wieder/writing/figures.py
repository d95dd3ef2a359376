"""Figures of the report: a KPI's value as text, with all that it was computed from."""

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
    """One KPI in one period and segment, every part as text."""

    kpi: str
    label: str
    period: str
    value: str
    headline: str
    """The value for large type: amounts from 1,000 on without cents."""
    interval: str
    """Empty where the KPI has none."""
    numerator: str
    denominator: str
    """Empty where the numerator is the value."""
    n: str
    state: State
    state_name: str
    reason: str
    """Why the value is unknown or not final; empty if it is final."""
    uncertain: bool
    """Whether it rests on too few units to act on; shown in grey."""
    meaning: str
    formula: str


@dataclass(frozen=True, kw_only=True)
class RenderContext:
    """The rendering context of a report: its KPIs, period kind, number formats and language."""

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


def context_for(registry: Mapping[str, Kpi], kind: PeriodKind, lang: Lang, currency: str) -> RenderContext:
    """The rendering context for one language and currency."""
    return RenderContext(registry=registry, kind=kind, numbers=numbers_for(lang, currency))


def figure(reading: Reading, context: RenderContext, kind: PeriodKind | None = None) -> Figure:
    """`reading` as text; `kind` is the kind of its period if it differs from the report's."""
    kpi, writer = context.registry[reading.kpi], context.numbers
    return Figure(
        kpi=kpi.id,
        label=kpi.label[context.lang],
        period=writer.period(reading.period, kind or context.kind),
        value=writer.value(reading.value, kpi.unit),
        headline=writer.headline(reading.value, kpi.unit),
        interval=writer.interval(reading.ci_low, reading.ci_high),
        numerator=_part(reading.numerator, kpi, writer),
        denominator="" if reading.denominator is None else writer.plain(reading.denominator),
        n=writer.count(reading.n),
        state=reading.state,
        state_name=writer.text(f"state.{reading.state}"),
        reason=reason(reading.state, kpi, context),
        uncertain=is_uncertain(kpi, reading),
        meaning=kpi.meaning[context.lang],
        formula=kpi.formula[context.lang],
    )


def _part(numerator: Number | None, kpi: Kpi, writer: Numbers) -> str:
    """A numerator as text; for a KPI in money, an amount."""
    if kpi.unit is Unit.MONEY:
        return writer.money(numerator)
    return writer.plain(numerator)


def reason(state: State, kpi: Kpi, context: RenderContext) -> str:
    """Why a value is not final, in words; empty if it is final."""
    if state is State.FINAL:
        return ""
    if kpi.maturity is None:
        return context.text(f"reason.{state}")
    return context.text(f"reason.{state}_maturity", maturity=kpi.maturity[context.lang])


MAXIMUM_CHARTED = 160
"""Three years of weeks."""


@dataclass(frozen=True, kw_only=True)
class History:
    """The readings of the whole shop by KPI, in chronological order."""

    by_kpi: Mapping[str, tuple[Reading, ...]]
    periods: tuple[Period, ...]

    @property
    def charted(self) -> tuple[Period, ...]:
        """The most recent periods, as many as fit into a chart."""
        return self.periods[-MAXIMUM_CHARTED:]

    def at(self, kpi: str, period: Period) -> Reading:
        """The reading in `period`; one with state none if there is no row for it."""
        for reading in reversed(self.by_kpi.get(kpi, ())):
            if reading.period == period:
                return reading
        return absent(kpi, period)

    def latest_known(self, kpi: str) -> Reading:
        """The last final reading, else the last with a value, else that of the last period."""
        known = [reading for reading in self.by_kpi.get(kpi, ()) if reading.value is not None]
        final = [reading for reading in known if reading.state is State.FINAL]
        return (final or known or [self.at(kpi, self.periods[-1])])[-1]


def absent(kpi: str, period: Period) -> Reading:
    """The reading of a KPI without a result in `period`."""
    nothing = dict.fromkeys(("numerator", "denominator", "value", "ci_low", "ci_high", "n"))
    return Reading(kpi=kpi, period=period, dimension="", segment="", state=State.NONE, **nothing)


def history(results: pl.DataFrame) -> History:
    """The rows of `results` for the whole shop."""
    by_kpi: dict[str, list[Reading]] = {}
    whole_shop = [one for one in readings(results) if not one.dimension]
    for reading in sorted(whole_shop, key=lambda one: one.period):
        by_kpi.setdefault(reading.kpi, []).append(reading)
    return History(
        by_kpi={kpi: tuple(rows) for kpi, rows in by_kpi.items()},
        periods=tuple(sorted({one.period for one in whole_shop})),
    )
