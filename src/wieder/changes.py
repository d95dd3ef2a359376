"""What changed since the period and the year before, and which segments moved it."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from wieder.asking.comparisons import earlier_starts
from wieder.asking.usual_range import is_outside
from wieder.kpis import REGISTRY
from wieder.kpis.base import State
from wieder.models.change_split import Part, split_ratio
from wieder.periods import PeriodKind, previous, year_before

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wieder.kpis.base import Kpi

    Row = Mapping[str, object]


class Against(StrEnum):
    """What the last period is compared with."""

    PREVIOUS = "previous"
    YEAR_BEFORE = "year_before"


EARLIER = {Against.PREVIOUS: previous, Against.YEAR_BEFORE: year_before}

CHANGES = {
    "kpi": pl.String,
    "version": pl.Int64,
    "against": pl.String,  # previous or year_before
    "period_start": pl.Date,  # of the last period shown in which the KPI is final, else of the last one
    "period_end": pl.Date,  # exclusive
    "before_start": pl.Date,  # null where there is no such period
    "before": pl.Float64,
    "value": pl.Float64,
    "change": pl.Float64,  # a difference for rates, else relative; null unless both are final
    "n": pl.Int64,
    "state": pl.String,
    "usual_low": pl.Float64,  # see usual_range
    "usual_high": pl.Float64,
    "usual_n": pl.Int64,
    "usual_basis": pl.String,
    "outside": pl.Boolean,  # of the usual range; null where there is none
    "as_of": pl.Date,
}
"""One row per KPI and comparison, in the order of the registry."""


def latest_changes(results: pl.DataFrame, kind: PeriodKind) -> pl.DataFrame:
    """`CHANGES` of the whole shop.

    `results` has the columns of comparison and the usual range.
    """
    latest = _latest(results.filter(pl.col("dimension") == ""))
    return (
        pl.concat(
            latest.join(_named_starts(results, kind, against), on="period_start", how="left")
            .with_columns(
                against=pl.lit(against.value),
                before=f"{against}_value",
                change=f"{against}_change",
                outside=is_outside(),
            )
            .select(*CHANGES)
            for against in Against
        )
        .sort(_place(), pl.col("against").cast(pl.Enum([one.value for one in Against])))
        .cast(pl.Schema(CHANGES))
    )


def _latest(results: pl.DataFrame) -> pl.DataFrame:
    """Of each KPI the last final row, or the last one where none is final."""
    is_final = pl.col("state") == State.FINAL.value
    return results.sort(is_final, "period_start").unique("kpi", keep="last", maintain_order=True)


def _named_starts(results: pl.DataFrame, kind: PeriodKind, against: Against) -> pl.DataFrame:
    starts = earlier_starts(results, kind, EARLIER[against])
    return starts.rename({"earlier_start": "before_start"})


def _place() -> pl.Expr:
    return pl.col("kpi").replace_strict({kpi: place for place, kpi in enumerate(REGISTRY)})


PARTS = {
    "kpi": pl.String,
    "against": pl.String,
    "period_start": pl.Date,
    "before_start": pl.Date,
    "dimension": pl.String,
    "segment": pl.String,
    "before_numerator": pl.Float64,
    "before_denominator": pl.Float64,  # null where the numerator is the value
    "before": pl.Float64,  # value of the segment
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "value": pl.Float64,
    "mix_effect": pl.Float64,  # null where the numerator is the value: a sum has no mix
    "rate_effect": pl.Float64,
    "effect": pl.Float64,  # both effects, or the difference of the sums
}
"""One row per KPI, comparison and segment, in the order of the registry; the effects of all segments add up
to the difference of the values of the whole."""
PART_KEYS = ["kpi", "against", "period_start", "before_start", "dimension", "segment"]


def split_changes(changes: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
    """`PARTS`, for every change of `changes` that is known and whose KPI can be split.

    `changes` is of `CHANGES`; `segments` is the result frame of one dimension,
    of all periods. Ratios are split as `models.change_split` says, and any other
    KPI by the difference of each segment.
    """
    rows = [
        part
        for change in changes.filter(pl.col("change").is_not_null()).iter_rows(named=True)
        if can_be_split(REGISTRY[change["kpi"]])
        for part in _parts(change, segments)
    ]
    return pl.DataFrame(rows, schema=PARTS, orient="row")


def can_be_split(kpi: Kpi) -> bool:
    """Whether numerators and denominators of segments add up: a median and a Gini coefficient do not."""
    return kpi.additive


def _parts(change: Row, segments: pl.DataFrame) -> Iterator[dict[str, object]]:
    of_kpi = segments.filter(pl.col("kpi") == change["kpi"])
    before, after = (
        of_kpi.filter(pl.col("period_start") == change[start]).sort("segment")
        for start in ("before_start", "period_start")
    )
    paired = before.select(
        "dimension", "segment", before_numerator="numerator", before_denominator="denominator", before="value"
    ).join(
        after.select("segment", "numerator", "denominator", "value"),
        on="segment",
        maintain_order="left",
    )
    effects = _effects(paired)
    keys = {name: change[name] for name in PART_KEYS[:4]}
    for row, (mix, rate, total) in zip(paired.iter_rows(named=True), effects, strict=True):
        yield keys | row | {"mix_effect": mix, "rate_effect": rate, "effect": total}


def _effects(paired: pl.DataFrame) -> Iterator[tuple[float | None, float | None, float]]:
    """Mix effect, rate effect and their sum, of each row."""
    befores, afters = (
        [_part(*row) for row in paired.select(f"{when}numerator", f"{when}denominator").iter_rows()]
        for when in ("before_", "")
    )
    if paired["denominator"].null_count() == paired.height:
        for before, after in zip(befores, afters, strict=True):
            yield None, None, float(after.numerator - before.numerator)
        return
    for effect in split_ratio(befores, afters) or ():
        yield float(effect.mix), float(effect.rate), float(effect.total)


def _part(numerator: float | None, denominator: float | None) -> Part:
    """What is not known of a segment is not in it. Amounts are taken as they are written: 0.1 is a tenth."""
    return Part(numerator=Fraction(str(numerator or 0)), denominator=Fraction(str(denominator or 0)))


PARTS_WITNESS = """
    with of_segments (period, segment, numerator, denominator) as ({witness}),
    paired as (
        select segment,
            coalesce(sum(numerator) filter (period = {before}), 0)::double as n0,
            coalesce(sum(denominator) filter (period = {before}), 0)::double as d0,
            coalesce(sum(numerator) filter (period = {after}), 0)::double as n1,
            coalesce(sum(denominator) filter (period = {after}), 0)::double as d1
        from of_segments
        group by segment
    ),
    wholes as (select sum(n0) as n0, sum(d0) as d0, sum(n1) as n1, sum(d1) as d1 from paired)
    select b.segment,
        case when w.d1 = 0 then b.n1 - b.n0
            else ((b.n1 / w.d1 - b.n0 / w.d0) - (w.n0 / w.d0 + w.n1 / w.d1) / 2 * (b.d1 / w.d1 - b.d0 / w.d0))
        end as effect,
        case when w.d1 > 0 and b.d0 > 0 and b.d1 > 0
            then ((b.n1 / b.d1 - b.n0 / b.d0) * b.d0 / w.d0 + (b.n1 / b.d1 - b.n0 / b.d0) * b.d1 / w.d1) / 2
            when w.d1 > 0 then 0
        end as rate_effect
    from paired b cross join wholes w
"""
"""The effects once more, in DuckDB SQL over the witness of the KPI: one row per segment with orders.

`{witness}` is that of the KPI, `{before}` and `{after}` are the numbers of the periods.
"""
