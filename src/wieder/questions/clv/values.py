"""The rows of customer lifetime value: rule of thumb, realised value and prediction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from wieder.asking.compute import compute, marts_of
from wieder.kpis import REGISTRY
from wieder.models.holdout import SHOP_FORMULA
from wieder.questions.backtest.scores import SPEND
from wieder.questions.clv.realised import HORIZONS, realised
from wieder.questions.clv.table import Measure, as_lifetime_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wieder.asking.asked import Asked
    from wieder.questions.clv.expectations import Expectations
    from wieder.questions.segments.groups import Groups

FORMULA = (
    Measure.AVERAGE_ORDER_VALUE_YEAR,
    Measure.PURCHASE_FREQUENCY_PER_YEAR,
    Measure.CUSTOMER_LIFETIME_YEARS,
    Measure.FORMULA,
)


def side_by_side(
    asked: Asked,
    formula: pl.DataFrame,
    groups: Sequence[Groups],
    expected: Expectations | None,
    margin: float,
) -> pl.DataFrame:
    """The rows of `LIFETIME_VALUE`: the formula, and the realised and expected value of the groups.

    `formula` has the results of `FORMULA`, or some of them, in one period.
    """
    rows = [
        _formula_rows(formula, margin, expected),
        *(_realised_rows(realised(asked, one), margin) for one in groups),
        *(_expected_rows(one, expected) for one in groups if expected is not None),
    ]
    return as_lifetime_values(pl.concat(rows, how="diagonal_relaxed"))


def formula_results(asked: Asked) -> pl.DataFrame:
    """The factors and the formula (`results.SCHEMA`), for the shop and for groups by attribute."""
    kpis = [REGISTRY[measure] for measure in FORMULA]
    marts = asked.marts(marts_of(kpis))
    return pl.concat(compute(marts, asked.scope, kpis, cut) for cut in asked.cuts)


def _formula_rows(results: pl.DataFrame, margin: float, expected: Expectations | None) -> pl.DataFrame:
    is_formula = pl.col("kpi") == Measure.FORMULA
    of_shop = is_formula & (pl.col("dimension") == "")
    trial = {} if expected is None else _trial(expected, SHOP_FORMULA)
    found = results.select(
        "dimension",
        "segment",
        "state",
        measure="kpi",
        customers="n",
        value=pl.when(is_formula).then(pl.col("value") * margin).otherwise("value"),
        method=pl.when(is_formula).then(pl.lit(SHOP_FORMULA)),
        **{name: pl.when(of_shop).then(pl.lit(value)) for name, value in trial.items()},
    )
    return found if margin == 1 else pl.concat([found, _margin_rows(found, margin)], how="diagonal_relaxed")


def _margin_rows(formula: pl.DataFrame, margin: float) -> pl.DataFrame:
    """The margin as an additional factor."""
    return formula.filter(measure=Measure.FORMULA).select(
        "dimension", "segment", measure=pl.lit(Measure.MARGIN), value=pl.lit(margin)
    )


def _realised_rows(table: pl.DataFrame, margin: float) -> pl.DataFrame:
    amounts = ("value", "value_low", "value_high")
    return table.select(
        "dimension",
        "segment",
        "horizon_days",
        "customers",
        "state",
        *(pl.col(name) * margin for name in amounts),
        measure=pl.lit(Measure.REALISED),
        total=pl.col("revenue").cast(pl.Float64) * margin,
    )


def _expected_rows(groups: Groups, expected: Expectations) -> pl.DataFrame:
    """The expected value of the customers of each group.

    Rows for new customers, and the bias in the back-test, exist only for the shop
    as a whole, because single groups are not back-tested.
    """
    known = expected.customers.with_row_index("place").join(groups.members, on="customer")
    rows = [
        row | {"segment": groups.cut.labels[segment]}
        for (segment,), members in known.sort("place").group_by("segment", maintain_order=True)
        for row in _rows_of_group(members, expected)
    ]
    if groups.cut.is_whole:
        rows[0] |= _trial(expected, expected.method) if rows[0]["method"] else {}
        rows += [row | {"segment": ""} for row in _rows_of_new(expected)]
    dimension = pl.lit(groups.cut.of_customers)
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(dimension=dimension)


def _rows_of_group(members: pl.DataFrame, expected: Expectations) -> Iterator[dict[str, object]]:
    is_known = not members["value"].null_count()
    about = {"customers": members.height, "method": expected.method if is_known else None}
    interval = expected.interval(members["place"].to_numpy())
    bounds = {} if interval is None else {"low": interval.low, "high": interval.high}
    yield {
        "measure": Measure.EXPECTED,
        "horizon_days": expected.terms.horizon_days,
        "value": members["value"].mean(),
        "total": members["value"].sum() if is_known else None,
        **{f"value_{end}": bound / members.height for end, bound in bounds.items()},
        **about,
    }
    lifetime = members["lifetime_value"]
    if not lifetime.null_count():
        yield {
            "measure": Measure.EXPECTED_LIFETIME, "value": lifetime.mean(), "total": lifetime.sum(), **about
        }  # fmt: skip


def _rows_of_new(expected: Expectations) -> Iterator[dict[str, object]]:
    for days in HORIZONS:
        value = expected.value_of_new(days)
        if value is not None:
            yield {
                "measure": Measure.EXPECTED_OF_NEW,
                "horizon_days": days,
                "value": value,
                "method": expected.method,
            }


def _trial(expected: Expectations, method: str) -> dict[str, float | int]:
    """The bias of a method in the back-test: overall, and the smallest and largest at any cut-off date."""
    bias, ends = expected.tested.measure(SPEND, method, "bias"), expected.tested.bias_range(SPEND, method)
    if bias is None or ends is None:
        return {}
    return {
        "backtest_bias": bias,
        "backtest_bias_low": ends[0],
        "backtest_bias_high": ends[1],
        "backtest_days": expected.tested.plan.horizon_days,
    }
