"""Customer value: by formula, and by every other method that was computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from wieder.asking.results import SCHEMA
from wieder.kpis.value import customer_lifetime_value
from wieder.questions.backtest.grids import score_grids
from wieder.questions.backtest.scores import NONE, SCORES
from wieder.questions.clv.grid import lifetime_value_grid
from wieder.questions.clv.table import LIFETIME_VALUE, Measure
from wieder.questions.clv.values import side_by_side
from wieder.questions.segments.groups import FIRST_ORDERS, everybody
from wieder.report.findings import TableInput
from wieder.report.section import Section
from wieder.writing.figures import Figure, figure
from wieder.writing.grids import table_grid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wieder.asking.grid import Grid
    from wieder.report.findings import Findings
    from wieder.report.gathering import Gathering
    from wieder.report.section import Material
    from wieder.writing.figures import History, RenderContext


@dataclass(frozen=True, kw_only=True)
class Equation:
    """A KPI as the product of its factors, all in the same period."""

    result: Figure
    factors: tuple[Figure, ...]


@dataclass(frozen=True, kw_only=True)
class Value:
    """The content of the section on customer value."""

    equation: Equation | None
    tables: tuple[Grid, ...]


def _gather(gathering: Gathering) -> tuple[TableInput, ...]:
    """Customer value by formula, realised and by model; with forecasts, also their back-test.

    The factors of the formula are omitted, because the report shows them as an equation.
    """
    asked, expected = gathering.asked, gathering.expected
    last = pl.col("period_start") == asked.shown[-1].start
    formula = gathering.kpis.frame.filter(last, dimension="", kpi=Measure.FORMULA).select(*SCHEMA)
    whole = everybody(asked.query(FIRST_ORDERS))
    values = side_by_side(asked, formula, (whole,), expected, asked.settings.forecast.margin)
    shown = TableInput(table=LIFETIME_VALUE, frame=values.filter(pl.col("measure") != Measure.MARGIN))
    return (shown,) if expected is None else (shown, TableInput(table=SCORES, frame=expected.tested.scores))


def _found(findings: Findings) -> tuple[TableInput, ...]:
    found: tuple[TableInput, ...] = findings.gathered.get("value", ())
    return found


def _draw(material: Material) -> Value | None:
    equation = clv_equation(material.by_period, material.context)
    tables = tuple(_grids(_found(material.findings), material.context))
    return Value(equation=equation, tables=tables) if equation or tables else None


def clv_equation(history: History, context: RenderContext) -> Equation | None:
    """The customer lifetime value with every factor; None if it is not in the registry."""
    value = context.registry.get(customer_lifetime_value.id)
    if value is None:
        return None
    reading = history.latest_known(value.id)
    factors = (history.at(factor, reading.period) for factor in value.factors)
    return Equation(result=figure(reading, context), factors=tuple(figure(one, context) for one in factors))


def _grids(tables: Sequence[TableInput], context: RenderContext) -> Iterator[Grid]:
    """Customer value, and the errors of the forecasts of purchases and spend."""
    lang, currency = context.numbers.lang, context.numbers.currency
    for one in tables:
        if one.table.id == LIFETIME_VALUE.id:
            yield lifetime_value_grid(one.frame, lang, currency)
        elif one.table.id == SCORES.id:
            yield from score_grids(one.frame.filter(pl.col("target") != NONE), lang, currency)
        else:
            yield table_grid(one.frame, one.table, lang, currency)


SECTION = Section(
    name="value",
    place=80,
    draws={"value": _draw},
    gather=_gather,
    answers=_found,
    short_names={SCORES.id: "sheet.forecasts"},
)
