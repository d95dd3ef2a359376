"""Our KPIs beside those of a vendor, for readers."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from wieder.asking.grid import Cell, Grid, Heading, Row, Tone
from wieder.locale.text import Lang, Unit
from wieder.periods import Period, PeriodKind
from wieder.writing.numbers import ABSENT, numbers_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from wieder.kpis.base import Kpi
    from wieder.questions.dialects.rules import DialectRule
    from wieder.writing.numbers import Numbers

    Record = dict[str, float | None]


def dialect_grids(
    frame: pl.DataFrame,
    rules: Sequence[DialectRule],
    registry: Mapping[str, Kpi],
    lang: Lang,
    *,
    currency: str,
    kind: PeriodKind,
) -> tuple[Grid, ...]:
    """One table per period, with one row per disputed KPI and the reason for the difference."""
    writer = numbers_for(lang, currency)
    vendor = rules[0].vendor.capitalize()
    reasons = {rule.kpi: rule.difference[lang].format(vendor=vendor) for rule in rules}
    headings = (
        Heading(text=writer.text("column.kpi")),
        Heading(text=writer.text("dialect.ours"), numeric=True),
        Heading(text=vendor, numeric=True),
        Heading(text=writer.text("dialect.difference"), numeric=True),
        Heading(text=writer.text("dialect.reason")),
    )
    periods = groupby(frame.to_dicts(), key=lambda row: Period(row["period_start"], row["period_end"]))
    return tuple(
        Grid(
            title=f"{writer.period(period, kind)} · {vendor}",
            headings=headings,
            rows=tuple(_row(row, registry[row["kpi"]], reasons[row["kpi"]], writer) for row in rows),
        )
        for period, rows in periods
    )


def _row(row: Record, kpi: Kpi, reason: str, writer: Numbers) -> Row:
    return Row(
        cells=(
            Cell(text=kpi.label[writer.lang]),
            Cell(text=writer.value(row["value"], kpi.unit)),
            Cell(text=writer.value(row["dialect_value"], kpi.unit)),
            Cell(text=_difference(row["difference"], kpi.unit, writer)),
            Cell(text=reason, tone=Tone.NORMAL if row["dialect_value"] is not None else Tone.FAINT),
        )
    )


def _difference(difference: float | None, unit: Unit, writer: Numbers) -> str:
    """The vendor's value minus ours, in the unit of the KPI; shares in percentage points."""
    if difference is None:
        return ABSENT
    if unit is Unit.RATE:
        return writer.change(difference, unit)
    return ("+" if difference > 0 else "") + writer.value(difference, unit)
