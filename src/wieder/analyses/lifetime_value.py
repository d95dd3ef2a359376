"""What customers are worth: by the shops' formula, as realised so far, and as expected of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from wieder.analyses.base import TableAnalysis, as_table
from wieder.analyses.expectations import foresee
from wieder.analyses.groups import customer_groups
from wieder.analysis import find_currency, prepare
from wieder.asking import building
from wieder.asking.compute import compute
from wieder.database import frame, script
from wieder.errors import DataError
from wieder.kpis import REGISTRY
from wieder.marts.days import DAYS
from wieder.marts.order_pairs import ORDER_PAIRS
from wieder.marts.purchases import PURCHASES
from wieder.models.holdout import SHOP_FORMULA
from wieder.periods import PeriodKind
from wieder.tables.backtest import SPEND
from wieder.tables.lifetime_value import (
    CUSTOMER_VALUES,
    LIFETIME_VALUE,
    Measure,
    as_lifetime_values,
)
from wieder.tables.realised_value import HORIZONS, REALISED_VALUE, realised_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wieder.analyses.expectations import Expectations
    from wieder.analyses.groups import Grouping, Groups
    from wieder.analysis import Prepared, Question
    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.notices import Notify

FORMULA = (
    Measure.AVERAGE_ORDER_VALUE_YEAR,
    Measure.PURCHASE_FREQUENCY_PER_YEAR,
    Measure.CUSTOMER_LIFETIME_YEARS,
    Measure.FORMULA,
)
FORMULA_MARTS = (PURCHASES, DAYS, ORDER_PAIRS)


@dataclass(frozen=True, kw_only=True)
class LifetimeValues(TableAnalysis):
    """The table `LIFETIME_VALUE`, and what its forecasts are made of."""

    expectations: Expectations | None
    """None where nothing could be forecast."""


def analyse_lifetime_values(
    con: Connection, question: Question, grouping: Grouping | None, settings: Settings, notify: Notify
) -> LifetimeValues:
    """The three values side by side, for the shop and for each group that is asked for.

    `question.kind` is the period that makes a cohort. Raises what
    `analysis.prepare` and `customer_groups` raise.
    """
    prepared = prepare(con, replace(question, kind=PeriodKind.ALL), settings, notify)
    groups = customer_groups(con, prepared, question, grouping, settings)
    expected = foresee(con, prepared.scope, settings.forecast, notify)
    return LifetimeValues(
        table=LIFETIME_VALUE,
        frame=side_by_side(con, formula_results(con, prepared), groups, expected, settings.forecast.margin),
        scope=prepared.scope,
        cuts=tuple(one.cut for one in groups),
        periods=prepared.shown,
        currency=settings.report.currency or find_currency(con),
        expectations=expected,
    )


def side_by_side(
    con: Connection,
    formula: pl.DataFrame,
    groups: Sequence[Groups],
    expected: Expectations | None,
    margin: float,
) -> pl.DataFrame:
    """`LIFETIME_VALUE.schema`: the formula, what was realised, and what is expected of the groups.

    `formula` has the results of `FORMULA`, or some of them, in one period.
    Needs `analysis.prepare`.
    """
    rows = [
        _formula_rows(formula, margin, expected),
        *(_realised_rows(realised(con, one), margin) for one in groups),
        *(_expected_rows(one, expected) for one in groups if expected is not None),
    ]
    return as_lifetime_values(pl.concat(rows, how="diagonal_relaxed"))


def realised(con: Connection, groups: Groups) -> pl.DataFrame:
    """`REALISED_VALUE` of the groups. Needs `analysis.prepare`."""
    spent = [
        frame(con, script("realised_values"), {"horizon_days": days}).select(
            pl.lit(days, pl.Int32).alias("horizon_days"), pl.all()
        )
        for days in HORIZONS
    ]
    return as_table(realised_values(pl.concat(spent), groups.members), REALISED_VALUE, groups.cut)


def formula_results(con: Connection, prepared: Prepared) -> pl.DataFrame:
    """`results.SCHEMA`: the factors and the formula, of the shop and of groups by attribute."""
    mart = building.build(con, prepared.scope.periods, FORMULA_MARTS)
    kpis = [REGISTRY[measure] for measure in FORMULA]
    return pl.concat(compute(mart, prepared.scope, kpis, cut) for cut in prepared.cuts)


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
    """The margin as one more factor."""
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
    """What is expected of the customers of each group.

    Of new customers, and with the back-test, only for the shop as a whole:
    nothing else was tried.
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
    """How far a method was off at earlier moments, in all and at the worst of them either way."""
    bias, ends = expected.tested.measure(SPEND, method, "bias"), expected.tested.bias_range(SPEND, method)
    if bias is None or ends is None:
        return {}
    return {
        "backtest_bias": bias,
        "backtest_bias_low": ends[0],
        "backtest_bias_high": ends[1],
        "backtest_days": expected.tested.plan.horizon_days,
    }


def analyse_customer_values(
    con: Connection, question: Question, settings: Settings, notify: Notify
) -> TableAnalysis:
    """`CUSTOMER_VALUES`: one row per customer, sorted by key; what is not known is null.

    Raises what `analysis.prepare` raises, and DataError where nothing can be forecast.
    """
    prepared = prepare(con, replace(question, kind=PeriodKind.ALL), settings, notify)
    expected = foresee(con, prepared.scope, settings.forecast, notify)
    if expected is None:
        raise DataError("nothing can be forecast of these customers", "the note before says why")
    return TableAnalysis(
        table=CUSTOMER_VALUES,
        frame=_customer_rows(con, expected),
        scope=prepared.scope,
        cuts=prepared.cuts,
        periods=prepared.shown,
        currency=settings.report.currency or find_currency(con),
    )


def _customer_rows(con: Connection, expected: Expectations) -> pl.DataFrame:
    keys = frame(con, "select customer, customer_key from customer_keys")
    named = {"first_order": "first_day", "last_order": "last_day", "purchases": "purchase_days"}
    return (
        expected.customers.with_columns(**named, **expected.bounds())
        .join(keys, on="customer")
        .select(*CUSTOMER_VALUES.schema)
        .cast(CUSTOMER_VALUES.schema)
        .sort("customer_key")
    )
