"""Verification of every KPI by its witness: a second, independently written query over the same orders."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from wieder.asking.building import make_known_rows
from wieder.asking.results import SCHEMA
from wieder.database import frame, script
from wieder.kpis import REGISTRY
from wieder.marts.base import CutBy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.asking.building import Prepared
    from wieder.asking.compute import Cut
    from wieder.asking.table import Table
    from wieder.kpis.base import Kpi, Scope

TOLERANCE = 1e-9
"""Relative tolerance: sums of money as floats depend on the order of addition in their last digits."""

Key = tuple["date", str]
Parts = tuple[float | None, float | None]


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """One result that differs from its witness."""

    kpi: str
    """The id of the KPI or table."""
    period_start: date | None
    """None for a row of a table."""
    segment: str
    """The segment, or the key of a row of a table."""
    computed: Parts | str
    """Numerator and denominator from the result frame, or the cells of a row."""
    witnessed: Parts | str


@dataclass(frozen=True, kw_only=True)
class Verification:
    """Comparison of one KPI or table with its witness."""

    kpi: str
    compared: int
    """Number of periods and segments with a result on either side; rows of a table."""
    disagreements: tuple[Disagreement, ...]


def verify(con: Prepared, results: pl.DataFrame, scope: Scope, kpi: Kpi, cut: Cut) -> Verification:
    """Compare all results of one KPI with its witness.

    `con` has the views of the same basis and periods. A result that
    only one side has is a disagreement unless it is 0.
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


def witness(con: Prepared, scope: Scope, kpi: Kpi, cut: Cut) -> Mapping[Key, Parts]:
    """Return numerator and denominator of the witness by first day of the period and segment."""
    _views_for_witness(con, cut, by_own_attributes=kpi.cut_by is CutBy.ORDER)
    rows = con.execute(kpi.witness).fetchall()
    return {
        (scope.periods[period].start, cut.labels[segment]): (_number(numerator), _number(denominator))
        for period, segment, numerator, denominator in rows
    }


def _views_for_witness(con: Prepared, cut: Cut, *, by_own_attributes: bool) -> None:
    """Create the views for witnesses: `witness_orders`, and `witness_NAME` per further export with a day."""
    con.execute(orders_for_witness(cut, by_own_attributes=by_own_attributes))
    make_known_rows(con, "witness")


def orders_for_witness(cut: Cut, *, by_own_attributes: bool) -> str:
    """Return SQL for the view `witness_orders`: the valid orders with their segments.

    Orders are cut by their own attributes or by those of the customer's first order.
    """
    if cut.is_whole:
        segment = "0"
    elif by_own_attributes:
        segment = "segment"
    else:
        segment = "arg_min(segment, (ordered_at, order_id)) over (partition by customer)"
    return script("asking/witness_orders").replace("{segment}", segment)


def _number(cell: object) -> float | None:
    return None if cell is None else float(cell)  # type: ignore[arg-type]


def _agree(one: Parts, other: Parts) -> bool:
    """Whether two results are equal, apart from rounding that does not affect the value."""
    scale = max(1.0, *(abs(part[1] or 0.0) for part in (one, other)))
    return all(_equal(a, b, scale) for a, b in zip(one, other, strict=True))


def _equal(a: float | None, b: float | None, scale: float) -> bool:
    if a is None or b is None:
        return not a and not b
    return math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE * scale)


def check_all(con: Prepared, results: pl.DataFrame, scope: Scope, cut: Cut) -> tuple[Verification, ...]:
    """Return the verification of every KPI with results, in the order of the registry."""
    assert set(SCHEMA) <= set(results.columns)  # noqa: S101 - results of compute, not of comparison alone
    ids = set(results["kpi"].unique())
    return tuple(verify(con, results, scope, kpi, cut) for kpi in REGISTRY.values() if kpi.id in ids)


def verify_table(con: Prepared, found: pl.DataFrame, table: Table, cut: Cut) -> Verification:
    """Compare an analysis table of one cut with its witness, in every column that the witness returns.

    Customers are cut by their first order. A key that is missing or repeated on one side
    is a disagreement. If the table has a dimension, the witness returns `segment` as a
    number.
    """
    _views_for_witness(con, cut, by_own_attributes=False)
    assert isinstance(table.witness, str)  # noqa: S101 - callers pass only tables with a witness
    witnessed = frame(con, table.witness)
    if "dimension" in table.keys:
        witnessed = _with_dimension(witnessed, cut)
    measures = [column for column in witnessed.columns if column not in table.keys]
    both = _side_by_side(found, witnessed, table.schema, table.keys, measures)
    is_same = [_is_same(column, both.schema[column], both.schema[_other(column)]) for column in measures]
    differing = both.filter(~pl.all_horizontal(*is_same, _is_same(ROWS, pl.UInt32(), pl.UInt32())))
    return Verification(
        kpi=table.id,
        compared=both.height,
        disagreements=tuple(_difference(table, row, measures) for row in differing.iter_rows(named=True)),
    )


ROWS = "rows of this key"


def _other(column: str) -> str:
    """Return the name of a witness column in the joined frame."""
    return f"{column} (witness)"


def _with_dimension(witnessed: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    segment = pl.col("segment").replace_strict(dict(cut.labels), return_dtype=pl.String)
    dimension = pl.lit(cut.of_customers)
    return witnessed.with_columns(segment, dimension=dimension)


def _side_by_side(
    found: pl.DataFrame,
    witnessed: pl.DataFrame,
    schema: pl.Schema,
    keys: Sequence[str],
    measures: Sequence[str],
) -> pl.DataFrame:
    """Return every key of either side, with the measures and the number of rows of both."""
    typed = [pl.col(key).cast(schema[key]) for key in keys]
    one, other = (
        side.select(*typed, *measures).with_columns(pl.len().over(keys).alias(ROWS))
        for side in (found, witnessed)
    )
    other = other.rename({column: _other(column) for column in (*measures, ROWS)})
    return one.join(other, on=keys, how="full", coalesce=True, nulls_equal=True).sort(keys, nulls_last=True)


def _is_same(column: str, kind: pl.DataType, other_kind: pl.DataType) -> pl.Expr:
    """Whether the two cells of a measure are equal; numbers apart from rounding."""
    one, other = pl.col(column), pl.col(_other(column))
    if not (kind.is_numeric() and other_kind.is_numeric()):
        return one.eq_missing(other)
    one, other = one.cast(pl.Float64), other.cast(pl.Float64)
    rounding = TOLERANCE * pl.max_horizontal(one.abs(), other.abs(), 1.0)
    return one.eq_missing(other) | ((one - other).abs() <= rounding).fill_null(value=False)


def _difference(table: Table, row: Mapping[str, object], measures: Sequence[str]) -> Disagreement:
    computed, witnessed = (str(tuple(row[name(column)] for column in measures)) for name in (str, _other))
    key = str(tuple(str(row[key]) for key in table.keys))
    return Disagreement(kpi=table.id, period_start=None, segment=key, computed=computed, witnessed=witnessed)


def kpi_verifications(asked: Asked, computed: Sequence[pl.DataFrame]) -> Iterator[Verification]:
    """Yield the verifications of all KPIs in all periods; `computed` has the results of each cut."""
    con = asked.connected(asked.periods)
    for cut, results in zip(asked.cuts, computed, strict=True):
        yield from check_all(con, results, asked.scope, cut)


def table_verifications(asked: Asked, answer: Answer[Any]) -> Iterator[Verification]:
    """Yield the verification of the table of the answer, per cut."""
    con = asked.connected(answer.periods)
    for cut in answer.cuts:
        yield verify_table(con, _of_cut(answer, cut), answer.table, cut)


def _of_cut(answer: Answer[Any], cut: Cut) -> pl.DataFrame:
    if "dimension" not in answer.table.keys:
        return answer.frame
    return answer.frame.filter(pl.col("dimension").eq("") == cut.is_whole)
