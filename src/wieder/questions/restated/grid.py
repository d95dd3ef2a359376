"""Restated results for readers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from wieder.asking.grid import Cell, Grid, Heading, Role, Row, Tone
from wieder.kpis import REGISTRY
from wieder.kpis.base import State
from wieder.locale.text import Unit
from wieder.periods import Period
from wieder.questions.changes.grids import signed
from wieder.writing.numbers import ABSENT, numbers_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wieder.locale.text import Lang
    from wieder.periods import PeriodKind
    from wieder.writing.numbers import Numbers

    Record = Mapping[str, Any]

COUNTED = {
    "late-orders": "more_known_orders",
    "missing-orders": "more_known_orders",
    "excluded-orders": "more_excluded_orders",
    "readmitted-orders": "more_excluded_orders",
    "merged-customers": "more_merged_customers",
    "other-periods": "changed_periods",
}
"""The column with the count of each cause."""
AMOUNTS = {"corrected-amounts": "more_known_amount", "refunds": "more_refunded_amount"}
"""The column with the amount of each cause."""


def restated_grid(
    restated: pl.DataFrame, lang: Lang, currency: str, kind: PeriodKind, maximum: int | None = None
) -> Grid:
    """One row per KPI and period with a final value that has changed since, the latest periods first.

    `restated` has `RESTATED.schema`. Values that were not final, and differences
    too small to show in the digits written, are left out. The title contains the
    report date of the earlier report. A last row gives the number of rows beyond
    `maximum`.
    """
    writer = numbers_for(lang, currency)
    was_final = restated.filter(pl.col("then_state") == State.FINAL.value)
    is_seen = [_is_seen(row, writer) for row in was_final.iter_rows(named=True)]
    seen = was_final.filter(pl.Series(is_seen, dtype=pl.Boolean))
    rows = seen.sort("period_start", descending=True, maintain_order=True)
    names = ("then", "now", "difference")
    numeric = tuple(Heading(text=writer.text(f"restated.{name}"), numeric=True) for name in names)
    return Grid(
        title=_title(rows, writer),
        headings=(
            Heading(text=writer.text(f"period_kind.{kind}")),
            Heading(text=writer.text("column.kpi")),
            *numeric,
            Heading(text=writer.text("restated.causes")),
        ),
        rows=tuple(_rows(rows, writer, kind, maximum)),
    )


def _is_seen(row: Record, writer: Numbers) -> bool:
    unit = REGISTRY[row["kpi"]].unit
    return writer.value(row["then"], unit) != writer.value(row["value"], unit)


def _rows(restated: pl.DataFrame, writer: Numbers, kind: PeriodKind, maximum: int | None) -> Iterator[Row]:
    shown = restated.head(maximum or restated.height)
    yield from (Row(cells=tuple(_cells(row, writer, kind))) for row in shown.iter_rows(named=True))
    n_more = restated.height - shown.height
    if n_more:
        yield Row(cells=(Cell(text=writer.text("restated.more", n=writer.count(n_more))),), role=Role.GROUP)


def _title(restated: pl.DataFrame, writer: Numbers) -> str:
    if restated.is_empty():
        return writer.text("restated.nothing")
    return writer.text("restated.title", day=writer.day(restated["then_as_of"][0]))


def _cells(row: Record, writer: Numbers, kind: PeriodKind) -> Iterator[Cell]:
    kpi = REGISTRY[row["kpi"]]
    yield Cell(
        text=writer.short_period(Period(row["period_start"], row["period_end"]), kind), tone=Tone.FAINT
    )
    yield Cell(text=kpi.label[writer.lang])
    yield Cell(text=writer.value(row["then"], kpi.unit))
    yield Cell(text=writer.value(row["value"], kpi.unit))
    difference = row["difference"]
    yield Cell(text=ABSENT if difference is None else signed(difference, kpi.unit, writer))
    yield Cell(text=", ".join(_cause(cause, row, writer) for cause in row["causes"].split()))


def _cause(cause: str, row: Record, writer: Numbers) -> str:
    """A cause with its count, such as `3 late orders`, or alone if it has none."""
    if cause == "settings":
        return writer.text("cause.settings", names=row["changed_settings"].replace(" ", ", "))
    if cause in AMOUNTS and row[AMOUNTS[cause]]:
        amount = signed(row[AMOUNTS[cause]], Unit.MONEY, writer)
        return writer.text(f"cause.{cause}_of", amount=amount)
    if cause not in COUNTED:
        return writer.text(f"cause.{cause}")
    number = abs(row[COUNTED[cause]])
    return writer.text.counted(f"cause.{cause}", number, n=writer.count(number))
