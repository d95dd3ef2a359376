"""Marts + registry -> the long result frame. One query per mart, however many KPIs there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from wieder.kpis import REGISTRY
from wieder.kpis.base import Grain, Kpi, State, Unit
from wieder.periods import Period, PeriodKind, previous, year_before
from wieder.results import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wieder.kpis.base import Scope

Z_95 = 1.959963984540054
KEYS = ["kpi", "period", "segment"]
MEASURES = {"numerator": pl.Float64, "denominator": pl.Float64, "n": pl.Int64, "immature": pl.Int64}
MEASURED = pl.Schema({"kpi": pl.String, "period": pl.Int32, "segment": pl.Int32, **MEASURES})


@dataclass(frozen=True, kw_only=True)
class Cut:
    """How results are cut: not at all, or by the segments of a dimension."""

    labels: Mapping[int, str] = field(default_factory=lambda: {0: ""})
    """Segment -> its text; the whole shop is segment 0."""
    dimensions: Mapping[Grain, str] = field(default_factory=dict)
    """What the dimension is called for KPIs of each grain; none for the whole shop."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is cut."""
        return not self.dimensions


WHOLE = Cut()


def compute(
    marts: Mapping[Grain, pl.DataFrame], scope: Scope, kpis: Iterable[Kpi], cut: Cut = WHOLE
) -> pl.DataFrame:
    """Every KPI for every period and segment of the cut: `results.SCHEMA`, sorted by its key columns.

    A period without orders counts 0 orders; a ratio over nothing, and anything
    that the history is too short for, has value null and state `none`.
    """
    wanted = list(kpis)
    needed = list(
        {kpi.id: kpi for kpi in [*wanted, *(REGISTRY[f] for kpi in wanted for f in kpi.factors)]}.values()
    )
    measured = _measure(marts, scope, [kpi for kpi in needed if kpi.grain is not Grain.RESULTS], cut)
    finished = _finish(measured, scope, needed, cut, has_orders=not marts[Grain.PURCHASES].is_empty())
    combined = [_combine(kpi, finished, scope, cut) for kpi in wanted if kpi.grain is Grain.RESULTS]
    ids = [kpi.id for kpi in wanted]
    return _as_results(pl.concat([finished, *combined]).filter(pl.col("kpi").is_in(ids)), scope, cut)


def _measure(
    marts: Mapping[Grain, pl.DataFrame], scope: Scope, kpis: Sequence[Kpi], cut: Cut
) -> pl.DataFrame:
    """`MEASURED`: one row per KPI, period and segment for which the mart has something."""
    lazies = {grain: _with_context(mart, scope, cut) for grain, mart in marts.items()}
    queries = [
        _sums(lazies[grain], kpis, grain) for grain in lazies if any(_is_sum(kpi, grain) for kpi in kpis)
    ]
    queries += [_table(lazies[kpi.grain], scope, kpi) for kpi in kpis if kpi.table is not None]
    measured = pl.concat(pl.collect_all(queries)) if queries else pl.DataFrame(schema=MEASURED)
    return measured.filter(pl.col("period").is_between(0, len(scope.periods) - 1))


def _with_context(mart: pl.DataFrame, scope: Scope, cut: Cut) -> pl.LazyFrame:
    segment = pl.lit(0, pl.Int32) if cut.is_whole else pl.col("segment")
    return mart.lazy().with_columns(segment=segment, as_of=pl.lit(scope.as_of, pl.Date))


def _is_sum(kpi: Kpi, grain: Grain) -> bool:
    return kpi.grain is grain and kpi.numerator is not None


def _sums(mart: pl.LazyFrame, kpis: Sequence[Kpi], grain: Grain) -> pl.LazyFrame:
    """All KPIs of the first kind on one mart, in one pass over it."""
    summed = [kpi for kpi in kpis if _is_sum(kpi, grain)]
    groups = mart.group_by("period", "segment").agg(_measures(kpi).alias(kpi.id) for kpi in summed)
    long = groups.unpivot(index=["period", "segment"], variable_name="kpi", value_name="measures")
    return long.unnest("measures").select(*KEYS, *MEASURES)


def _measures(kpi: Kpi) -> pl.Expr:
    denominator = pl.lit(None) if kpi.denominator is None else kpi.denominator
    n = denominator if kpi.n is None else kpi.n
    immature = pl.lit(0) if kpi.immature is None else kpi.immature
    parts = {"numerator": kpi.numerator, "denominator": denominator, "n": n, "immature": immature}
    return pl.struct(
        part.cast(MEASURES[name]).alias(name) for name, part in parts.items() if part is not None
    )


def _table(mart: pl.LazyFrame, scope: Scope, kpi: Kpi) -> pl.LazyFrame:
    """One KPI of the second kind."""
    assert kpi.table is not None  # noqa: S101 - the caller asked for tables only
    table = kpi.table(mart, scope)
    if "immature" not in table.collect_schema():
        table = table.with_columns(immature=pl.lit(0))
    return table.select(pl.lit(kpi.id).alias("kpi"), *(pl.col(c) for c in MEASURED if c != "kpi")).cast(
        dict(MEASURED)
    )


def _finish(
    measured: pl.DataFrame, scope: Scope, kpis: Sequence[Kpi], cut: Cut, *, has_orders: bool
) -> pl.DataFrame:
    """One row for each KPI, period and segment, with value, interval and state."""
    properties = pl.DataFrame(
        [
            {
                "kpi": kpi.id,
                "is_sum": kpi.numerator is not None and kpi.additive and has_orders,
                "is_ratio": kpi.denominator is not None or kpi.table is not None,
                "interval": kpi.interval,
            }
            for kpi in kpis
            if kpi.grain is not Grain.RESULTS
        ]
    )
    grid = properties.join(_periods_frame(scope), how="cross").join(_segments_frame(cut), how="cross")
    filled = grid.join(measured, on=KEYS, how="left").with_columns(
        pl.when("is_sum").then(pl.col("numerator").fill_null(0)).otherwise("numerator").alias("numerator"),
        pl.when(pl.col("is_sum") & pl.col("is_ratio"))
        .then(pl.col("denominator").fill_null(0))
        .otherwise("denominator")
        .alias("denominator"),
        pl.col("n").fill_null(0),
        pl.col("immature").fill_null(0),
    )
    return _with_state(_with_interval(filled.with_columns(value=_value())))


def _value() -> pl.Expr:
    ratio = pl.when(pl.col("denominator") != 0).then(pl.col("numerator") / pl.col("denominator"))
    return pl.when("is_ratio").then(ratio).otherwise("numerator")


def _with_interval(frame: pl.DataFrame) -> pl.DataFrame:
    """The Wilson interval (Wilson 1927) of a share, at 95 %."""
    share, n = pl.col("value"), pl.col("denominator")
    scale = 1 + Z_95**2 / n
    centre = (share + Z_95**2 / (2 * n)) / scale
    half = Z_95 * (share * (1 - share) / n + Z_95**2 / (4 * n**2)).sqrt() / scale
    is_shown = pl.col("interval") & pl.col("value").is_not_null()
    return frame.with_columns(
        ci_low=pl.when(is_shown).then(pl.when(share == 0).then(0.0).otherwise(centre - half)),
        ci_high=pl.when(is_shown).then(pl.when(share == 1).then(1.0).otherwise(centre + half)),
    )


def _with_state(frame: pl.DataFrame) -> pl.DataFrame:
    is_open = pl.col("period_end") > pl.col("as_of")
    state = (
        pl.when(pl.col("value").is_null())
        .then(pl.lit(State.NONE.value))
        .when(is_open | (pl.col("immature") > 0))
        .then(pl.lit(State.PARTIAL.value))
        .otherwise(pl.lit(State.FINAL.value))
    )
    return frame.with_columns(state=state).select(*COMPLETE)


COMPLETE = [*KEYS, "period_start", "period_end", *MEASURES, "value", "ci_low", "ci_high", "state", "as_of"]


def _periods_frame(scope: Scope) -> pl.DataFrame:
    rows = [(index, period.start, period.end, scope.as_of) for index, period in enumerate(scope.periods)]
    schema = {"period": pl.Int32, "period_start": pl.Date, "period_end": pl.Date, "as_of": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _segments_frame(cut: Cut) -> pl.DataFrame:
    return pl.DataFrame({"segment": list(cut.labels)}, schema={"segment": pl.Int32})


def _combine(kpi: Kpi, finished: pl.DataFrame, scope: Scope, cut: Cut) -> pl.DataFrame:
    """A KPI that is made of the values of others."""
    known = finished.filter(pl.col("kpi").is_in(kpi.factors) & pl.col("value").is_not_null())
    measured = _table(known.lazy(), scope, kpi).collect()
    properties = pl.DataFrame({"kpi": [kpi.id], "is_ratio": [True], "interval": [kpi.interval]})
    grid = properties.join(_periods_frame(scope), how="cross").join(_segments_frame(cut), how="cross")
    filled = grid.join(measured, on=KEYS, how="left").with_columns(pl.col("n", "immature").fill_null(0))
    return _with_state(_with_interval(filled.with_columns(value=_value())))


def _as_results(finished: pl.DataFrame, scope: Scope, cut: Cut) -> pl.DataFrame:
    del scope
    kpis = finished["kpi"].unique().to_list()
    about = pl.DataFrame(
        {
            "kpi": kpis,
            "version": [REGISTRY[kpi].version for kpi in kpis],
            "dimension": [cut.dimensions.get(REGISTRY[kpi].grain, "") for kpi in kpis],
            "position": [list(REGISTRY).index(kpi) for kpi in kpis],
        },
        schema={"kpi": pl.String, "version": pl.Int64, "dimension": pl.String, "position": pl.Int32},
    )
    labels = pl.DataFrame(
        {"segment": list(cut.labels), "label": list(cut.labels.values())},
        schema={"segment": pl.Int32, "label": pl.String},
    )
    joined = finished.join(about, on="kpi").join(labels, on="segment").sort("position", "period", "label")
    return joined.drop("segment").rename({"label": "segment"}).select(*SCHEMA)


COMPARISONS = ("previous_value", "previous_change", "year_before_value", "year_before_change")


def with_comparisons(results: pl.DataFrame, kind: PeriodKind) -> pl.DataFrame:
    """`results` with four more columns: the value of the previous period and of the year before, and the change.

    A change is a difference for rates (0.02 is 2 points), and relative to the
    earlier value for all other units. It is null unless both values are final.
    """
    starts = results["period_start"].unique().sort().to_list()
    periods = {
        row[0]: Period(*row) for row in results.select("period_start", "period_end").unique().iter_rows()
    }
    for name, earlier in (("previous", previous), ("year_before", year_before)):
        others = [earlier(periods[start], kind) for start in starts]
        mapping = pl.DataFrame(
            {"period_start": starts, "earlier": [other.start if other else None for other in others]},
            schema={"period_start": pl.Date, "earlier": pl.Date},
        )
        results = _compare(results, mapping, name)
    return results


def _compare(results: pl.DataFrame, mapping: pl.DataFrame, name: str) -> pl.DataFrame:
    keys = ["kpi", "dimension", "segment"]
    earlier = results.select(
        *keys,
        pl.col("period_start").alias("earlier"),
        pl.col("value").alias("before"),
        pl.col("state").alias("then"),
    )
    rates = [kpi.id for kpi in REGISTRY.values() if kpi.unit is Unit.RATE]
    relative = pl.when(pl.col("before") > 0).then(pl.col("value") / pl.col("before") - 1)
    change = pl.when(pl.col("kpi").is_in(rates)).then(pl.col("value") - pl.col("before")).otherwise(relative)
    both_final = (pl.col("state") == State.FINAL.value) & (pl.col("then") == State.FINAL.value)
    return (
        results.join(mapping, on="period_start", how="left")
        .join(earlier, on=[*keys, "earlier"], how="left", maintain_order="left")
        .with_columns(
            pl.col("before").alias(f"{name}_value"), pl.when(both_final).then(change).alias(f"{name}_change")
        )
        .drop("earlier", "before", "then")
    )
