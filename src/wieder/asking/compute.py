"""From marts and KPIs to the long result frame: one query per mart, however many KPIs read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from wieder.asking.results import SCHEMA
from wieder.kpis import REGISTRY
from wieder.kpis.base import Interval, Kpi, State
from wieder.marts.base import CutBy, Mart
from wieder.marts.purchases import PURCHASES
from wieder.models.wilson import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from wieder.kpis.base import Scope

KEYS = ["kpi", "period", "segment"]
MEASURES = {"numerator": pl.Float64, "denominator": pl.Float64, "n": pl.Int64, "immature": pl.Int64}
MEASURED = pl.Schema({"kpi": pl.String, "period": pl.Int32, "segment": pl.Int32, **MEASURES})


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Division of results: the whole shop, or the segments of a dimension."""

    labels: Mapping[int, str] = field(default_factory=lambda: {0: ""})
    """Number of a segment -> its label; the whole shop is segment 0."""
    of_orders: str = ""
    """Name of the dimension for results cut by order; empty for the whole shop."""
    of_customers: str = ""
    """Name of the dimension for results cut by the customer's first order; empty for the whole shop."""

    @property
    def is_whole(self) -> bool:
        """Whether this is the whole shop."""
        return not self.of_customers

    def dimension(self, cut_by: CutBy) -> str:
        """Return the name of the dimension for results cut by `cut_by`."""
        return self.of_orders if cut_by is CutBy.ORDER else self.of_customers


WHOLE = Cut()


def compute(
    marts: Mapping[Mart, pl.DataFrame], scope: Scope, kpis: Iterable[Kpi], cut: Cut = WHOLE
) -> pl.DataFrame:
    """Return every KPI for every period and segment of the cut: `results.SCHEMA`, sorted by its key columns.

    A period without orders counts 0 orders. A ratio with denominator 0, and a KPI for
    which the history is too short, has value null and state `none`. KPIs of the whole
    shop (`CutBy.SHOP`) have no segments.
    """
    wanted = [kpi for kpi in kpis if cut.is_whole or kpi.cut_by is not CutBy.SHOP]
    factors = [REGISTRY[factor] for kpi in wanted for factor in kpi.factors]
    needed = {kpi.id: kpi for kpi in [*wanted, *factors]}.values()
    basic = [kpi for kpi in needed if kpi.mart is not None]
    countable = _countable(marts)
    finished = _finish(_measure(marts, scope, basic, cut), scope, basic, cut, countable)
    combined = [_combine(kpi, finished, scope, cut) for kpi in wanted if kpi.mart is None]
    complete = pl.concat([finished, *combined])
    return _as_results(complete.filter(pl.col("kpi").is_in([kpi.id for kpi in wanted])), cut)


def marts_of(kpis: Iterable[Kpi]) -> tuple[Mart, ...]:
    """Return the marts that these KPIs and their factors are computed from."""
    needed = [one for kpi in kpis for one in (kpi, *(REGISTRY[factor] for factor in kpi.factors))]
    # `_countable` reads the purchases: without any, a missing row does not mean 0.
    return tuple(dict.fromkeys([PURCHASES, *(kpi.mart for kpi in needed if kpi.mart is not None)]))


def _countable(marts: Mapping[Mart, pl.DataFrame]) -> frozenset[Mart]:
    """The marts in which a missing row means 0 rather than unknown."""
    if marts[PURCHASES].is_empty():
        return frozenset()
    return frozenset(
        mart
        for mart, rows in marts.items()
        if not mart.exports and not (mart.can_be_unknown and rows.is_empty())
    )


def _measure(marts: Mapping[Mart, pl.DataFrame], scope: Scope, kpis: Sequence[Kpi], cut: Cut) -> pl.DataFrame:
    """Return `MEASURED`: one row per KPI, period and segment that the mart has rows for."""
    needed = {kpi.mart for kpi in kpis}
    lazies = {mart: _with_context(rows, scope, cut) for mart, rows in marts.items() if mart in needed}
    summed = dict.fromkeys(kpi.mart for kpi in kpis if kpi.mart and kpi.numerator is not None)
    queries = [_sums(lazies[mart], kpis, mart) for mart in summed]
    queries += [_table(lazies[kpi.mart], scope, kpi) for kpi in kpis if kpi.mart and kpi.table is not None]
    measured = pl.concat(pl.collect_all(queries)) if queries else pl.DataFrame(schema=MEASURED)
    return measured.filter(pl.col("period").is_between(0, len(scope.periods) - 1))


def _with_context(rows: pl.DataFrame, scope: Scope, cut: Cut) -> pl.LazyFrame:
    segment = pl.lit(0, pl.Int32) if cut.is_whole else pl.col("segment")
    return rows.lazy().with_columns(segment=segment, as_of=pl.lit(scope.as_of, pl.Date))


def _is_sum(kpi: Kpi, mart: Mart) -> bool:
    return kpi.mart is mart and kpi.numerator is not None


def _sums(rows: pl.LazyFrame, kpis: Sequence[Kpi], mart: Mart) -> pl.LazyFrame:
    """Compute all KPIs of one mart that have a numerator expression, in one pass."""
    summed = [kpi for kpi in kpis if _is_sum(kpi, mart)]
    groups = rows.group_by("period", "segment").agg(_measures(kpi).alias(kpi.id) for kpi in summed)
    long = groups.unpivot(index=["period", "segment"], variable_name="kpi", value_name="measures")
    return long.unnest("measures").select(*KEYS, *MEASURES)


def _measures(kpi: Kpi) -> pl.Expr:
    denominator = pl.lit(None) if kpi.denominator is None else kpi.denominator()
    parts = {
        "numerator": None if kpi.numerator is None else kpi.numerator(),
        "denominator": denominator,
        "n": denominator if kpi.n is None else kpi.n(),
        "immature": pl.lit(0) if kpi.immature is None else kpi.immature(),
    }
    return pl.struct(
        part.cast(MEASURES[name]).alias(name) for name, part in parts.items() if part is not None
    )


def _table(rows: pl.LazyFrame, scope: Scope, kpi: Kpi) -> pl.LazyFrame:
    """Compute one KPI that has a table function."""
    assert kpi.table is not None  # noqa: S101 - the caller asked for tables only
    table = kpi.table(rows, scope)
    if "immature" not in table.collect_schema():
        table = table.with_columns(immature=pl.lit(0))
    measures = [pl.col(column) for column in MEASURED if column != "kpi"]
    return table.select(pl.lit(kpi.id).alias("kpi"), *measures).cast(MEASURED)


def _finish(
    measured: pl.DataFrame, scope: Scope, kpis: Sequence[Kpi], cut: Cut, countable: Collection[Mart]
) -> pl.DataFrame:
    """Return `COMPLETE`: one row per KPI, period and segment, with value, interval and state."""
    properties = pl.DataFrame([_properties(kpi, countable) for kpi in kpis])
    grid = properties.join(_periods_frame(scope), how="cross").join(_segments_frame(cut), how="cross")
    known = ~pl.col("needs_earlier_history") | (pl.col("period_start") > scope.history_start)
    measures = grid.join(measured, on=KEYS, how="left").with_columns(
        _where(known, pl.col("numerator"), or_zero="is_sum"),
        _where(known, pl.col("denominator"), or_zero="is_ratio_of_sums"),
        _where(known, pl.col("n")).fill_null(0),
        pl.col("immature").fill_null(0),
    )
    return _with_state(_with_interval(measures.with_columns(value=_value())))


def _properties(kpi: Kpi, countable: Collection[Mart]) -> Mapping[str, object]:
    is_sum = kpi.numerator is not None and kpi.additive and kpi.mart in countable
    return {
        "kpi": kpi.id,
        "is_sum": is_sum,
        "is_ratio": kpi.denominator is not None or kpi.table is not None,
        "is_ratio_of_sums": is_sum and kpi.denominator is not None,
        "needs_earlier_history": kpi.needs_earlier_history,
        "interval": kpi.interval.value,
    }


def _where(known: pl.Expr, measure: pl.Expr, or_zero: str | None = None) -> pl.Expr:
    """The measure where it is known; null becomes 0 where the column `or_zero` is true."""
    if or_zero is not None:
        measure = pl.when(or_zero).then(measure.fill_null(0)).otherwise(measure)
    return pl.when(known).then(measure).alias(measure.meta.output_name())


def _value() -> pl.Expr:
    ratio = pl.when(pl.col("denominator") != 0).then(pl.col("numerator") / pl.col("denominator"))
    return pl.when("is_ratio").then(ratio).otherwise("numerator")


def _with_interval(frame: pl.DataFrame) -> pl.DataFrame:
    share = pl.when(pl.col("interval") == Interval.WILSON.value).then("value")
    return frame.with_columns(*wilson_interval(share, pl.col("denominator")))


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
    """Compute a KPI from the results of other KPIs."""
    known = finished.filter(pl.col("kpi").is_in(kpi.factors) & pl.col("value").is_not_null())
    return _finish(_table(known.lazy(), scope, kpi).collect(), scope, [kpi], cut, countable=())


def _as_results(finished: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    about = pl.DataFrame(
        [
            (kpi.id, kpi.version, cut.dimension(kpi.cut_by), place)
            for place, kpi in enumerate(REGISTRY.values())
        ],
        schema={"kpi": pl.String, "version": pl.Int64, "dimension": pl.String, "place": pl.Int32},
        orient="row",
    )
    labels = pl.DataFrame(
        list(cut.labels.items()), schema={"segment": pl.Int32, "label": pl.String}, orient="row"
    )
    joined = finished.join(about, on="kpi").join(labels, on="segment").sort("place", "period", "label")
    return joined.drop("segment").rename({"label": "segment"}).select(*SCHEMA)
