"""Every KPI once more, by its witness: a second query, written independently, on the same orders."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from wieder.database import frame, script
from wieder.kpis import REGISTRY
from wieder.kpis.base import Grain
from wieder.results import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from wieder.compute import Cut
    from wieder.database import Connection
    from wieder.kpis.base import Kpi, Scope
    from wieder.tables.base import Table

TOLERANCE = 1e-9
"""Relative; sums of money as floats differ in the last digits with the order of addition."""

Key = tuple["date", str]
Parts = tuple[float | None, float | None]


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """One result that the witness sees differently."""

    kpi: str
    """The id of the KPI or table."""
    period_start: date | None
    """None for a row of a table."""
    segment: str
    """The segment, or the key of a row of a table."""
    computed: Parts | str
    """Numerator and denominator of the result frame, or the cells of a table."""
    witnessed: Parts | str


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What the witness of one KPI said."""

    kpi: str
    compared: int
    """Periods and segments in which either computation has something."""
    disagreements: tuple[Disagreement, ...]


def verify(con: Connection, results: pl.DataFrame, scope: Scope, kpi: Kpi, cut: Cut) -> Verification:
    """Compare all results of one KPI with its witness.

    Needs `marts.prepare` to have run for the same scope and cut. A result that
    only one side has is a disagreement, unless the other side says 0.
    """
    computed = _computed(results, kpi)
    witnessed = witness(con, scope, kpi, cut)
    keys = sorted({*computed, *witnessed})
    found = [
        Disagreement(kpi=kpi.id, period_start=key[0], segment=key[1], computed=one, witnessed=other)
        for key in keys
        if not _agree(one := computed.get(key, (None, None)), other := witnessed.get(key, (None, None)))
    ]
    return Verification(kpi=kpi.id, compared=len(keys), disagreements=tuple(found))


def _computed(results: pl.DataFrame, kpi: Kpi) -> Mapping[Key, Parts]:
    rows = results.filter(pl.col("kpi") == kpi.id).select(
        "period_start", "segment", "numerator", "denominator"
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in rows.iter_rows()}


def witness(con: Connection, scope: Scope, kpi: Kpi, cut: Cut) -> Mapping[Key, Parts]:
    """Numerator and denominator by first day of the period and segment, from the KPI's SQL."""
    con.execute(orders_for_witness(cut, by_own_attributes=kpi.grain.is_of_orders))
    rows = con.execute(kpi.witness).fetchall()
    return {
        (scope.periods[period].start, cut.labels[segment]): (_number(numerator), _number(denominator))
        for period, segment, numerator, denominator in rows
    }


def orders_for_witness(cut: Cut, *, by_own_attributes: bool) -> str:
    """SQL for the view `witness_orders`: the valid orders with their segments.

    Orders are cut by their own attributes or by those of the customer's first order.
    """
    if cut.is_whole:
        segment = "0"
    elif by_own_attributes:
        segment = "segment"
    else:
        segment = "arg_min(segment, (ordered_at, order_id)) over (partition by customer)"
    return script("witness_orders").replace("{segment}", segment)


def _number(cell: object) -> float | None:
    return None if cell is None else float(cell)  # type: ignore[arg-type]


def _agree(one: Parts, other: Parts) -> bool:
    """Whether two results are the same, but for rounding that cannot be seen in the value."""
    scale = max(1.0, *(abs(part[1] or 0.0) for part in (one, other)))
    return all(_equal(a, b, scale) for a, b in zip(one, other, strict=True))


def _equal(a: float | None, b: float | None, scale: float) -> bool:
    if a is None or b is None:
        return not a and not b
    return math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE * scale)


def check_all(con: Connection, results: pl.DataFrame, scope: Scope, cut: Cut) -> tuple[Verification, ...]:
    """The verification of every KPI that has results, in the order of the registry."""
    assert set(SCHEMA) <= set(results.columns)  # noqa: S101 - results of compute, not of comparison alone
    ids = set(results["kpi"].unique())
    return tuple(verify(con, results, scope, kpi, cut) for kpi in REGISTRY.values() if kpi.id in ids)


def verify_table(con: Connection, found: pl.DataFrame, table: Table, cut: Cut) -> Verification:
    """Compare an analysis table of one cut with its witness, in every column that the witness returns.

    Customers are cut by their first order. Needs `marts.prepare` and
    `marts.set_periods`. A key that only one side has is a disagreement. Where
    the table has a dimension, the witness returns `segment` as a number.
    """
    con.execute(orders_for_witness(cut, by_own_attributes=False))
    witnessed = frame(con, table.witness)
    if "dimension" in table.keys:
        witnessed = _with_dimension(witnessed, cut)
    measures = [column for column in witnessed.columns if column not in table.keys]
    sides = [_rows_by_key(side, table.keys, measures) for side in (found, witnessed)]
    keys = sorted({*sides[0], *sides[1]}, key=str)
    differing = [key for key in keys if not _same_row(sides[0].get(key), sides[1].get(key))]
    return Verification(
        kpi=table.id,
        compared=len(keys),
        disagreements=tuple(_difference(table, key, *sides) for key in differing),
    )


def _with_dimension(witnessed: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    labels = [cut.labels[segment] for segment in witnessed["segment"]]
    dimension = pl.lit(cut.dimensions.get(Grain.FIRST_ORDERS, ""))
    return witnessed.with_columns(dimension=dimension, segment=pl.Series(labels, dtype=pl.String))


def _rows_by_key(
    side: pl.DataFrame, keys: Sequence[str], measures: Sequence[str]
) -> Mapping[object, tuple[object, ...]]:
    n_keys = len(keys)
    return {row[:n_keys]: row[n_keys:] for row in side.select(*keys, *measures).iter_rows()}


def _same_row(one: tuple[object, ...] | None, other: tuple[object, ...] | None) -> bool:
    if one is None or other is None:
        return False
    return all(_same_cell(a, b) for a, b in zip(one, other, strict=True))


def _same_cell(a: object, b: object) -> bool:
    if isinstance(a, int | float | Decimal) and isinstance(b, int | float | Decimal):
        return math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return a == b


def _difference(table: Table, key: object, *sides: Mapping[object, tuple[object, ...]]) -> Disagreement:
    one, other = (str(side.get(key)) for side in sides)
    return Disagreement(kpi=table.id, period_start=None, segment=str(key), computed=one, witnessed=other)
