"""Churn for readers: the three methods side by side, groups of customers, and the errors of the rule."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from wieder.asking.grid import Cell, Grid, Heading, Row
from wieder.kpis.retention import churn_rate
from wieder.questions.backtest.grids import measure_text, short_day
from wieder.questions.churn.table import CHURN
from wieder.writing.grids import table_grid
from wieder.writing.kpi_grids import block_title
from wieder.writing.numbers import numbers_for
from wieder.writing.readings import readings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wieder.asking.table import Table
    from wieder.locale.text import Lang
    from wieder.periods import PeriodKind
    from wieder.writing.numbers import Numbers

    Record = Mapping[str, object]

SHARES = ("lost_rate", "expected_rate", "actual_rate", "accuracy", "false_alarm_rate", "miss_rate")
"""The first table of each method: the share lost now, and its accuracy for shares and for customers."""
SCORES = ("auc", "brier", "skill", "calibration_error")
"""The second table: scores of the probabilities. The rule has only an AUC, by days since the last purchase."""


def churn_grids(
    found: pl.DataFrame, rules: pl.DataFrame, rules_table: Table, lang: Lang, currency: str
) -> tuple[Grid, ...]:
    """The methods side by side, the groups if there are any, and the errors of the rule by cut-off date.

    `found` has `questions.churn.table.CHURN.schema`, `rules` has `questions.churn.rules.RULES.schema`.
    """
    whole, groups = found.filter(dimension=""), found.filter(pl.col("dimension") != "")
    dimensions = groups["dimension"].unique(maintain_order=True)
    writer = numbers_for(lang, currency)
    days, n_cutoffs = whole["horizon_days"][0], whole["moments"][0]
    title = writer.text.counted("churn.title", n_cutoffs, days=writer.count(days), n=writer.count(n_cutoffs))
    return (
        _methods_grid(whole, SHARES, title, writer),
        _methods_grid(whole, SCORES, writer.text("churn.scores"), writer),
        *(_groups_grid(groups.filter(dimension=one), lang, currency) for one in dimensions),
        rules_grid(rules, rules_table, lang, currency),
    )


def _methods_grid(methods: pl.DataFrame, measures: Sequence[str], title: str, writer: Numbers) -> Grid:
    """One row per method, one column per measure."""
    labels = {column.name: column.label[writer.lang] for column in CHURN.columns}
    return Grid(
        title=title,
        headings=(
            Heading(text=labels["method"]),
            *(Heading(text=labels[name], numeric=True) for name in measures),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=method_name(record, writer)),
                    *(Cell(text=measure_text(name, record[name], writer)) for name in measures),
                )
            )
            for record in methods.iter_rows(named=True)
        ),
    )


def rules_grid(rules: pl.DataFrame, table: Table, lang: Lang, currency: str) -> Grid:
    """The errors of the rule, by cut-off date and window.

    `rules` has `questions.churn.rules.RULES.schema`.
    """
    writer = numbers_for(lang, currency)
    days = pl.Series("moment", [short_day(cutoff, writer) for cutoff in rules["moment"]], dtype=pl.String)
    shown = rules.drop("horizon_days", "customers").with_columns(days)
    return table_grid(shown, table, lang, currency)


def method_name(record: Record, writer: Numbers) -> str:
    """A method in words, with its window."""
    window = record["window_days"]
    days = writer.count(window) if isinstance(window, int) else ""
    return writer.text(f"method.{record['method']}", days=days)


def _short_name(record: Record, writer: Numbers) -> str:
    window = record["window_days"]
    return writer.text("churn.rule", days=window) if isinstance(window, int) else method_name(record, writer)


def _groups_grid(groups: pl.DataFrame, lang: Lang, currency: str) -> Grid:
    """One row per group of a dimension, one column per method."""
    writer = numbers_for(lang, currency)
    first = groups.unique("method", maintain_order=True, keep="first").rows(named=True)
    names = {str(record["method"]): _short_name(record, writer) for record in first}
    # Only the best method has a value at risk, which is copied to the row of the group.
    by_method = groups.with_columns(pl.col("value_at_risk").max().over("segment")).pivot(
        "method", index=["dimension", "segment", "customers", "value_at_risk"], values="lost_rate"
    )
    known = table_grid(by_method.drop(names), CHURN, lang, currency)
    return Grid(
        title=writer.text("churn.groups"),
        headings=(*known.headings, *(Heading(text=name, numeric=True) for name in names.values())),
        rows=tuple(
            Row(cells=(*row.cells, *(Cell(text=writer.percent(record[name])) for name in names)))
            for row, record in zip(known.rows, by_method.iter_rows(named=True), strict=True)
        ),
    )


def list_grid(
    customers: pl.DataFrame, table: Table, which: str, lang: Lang, currency: str, *, most: int
) -> Grid:
    """The first customers of a list, with the number of customers and the total value at risk in the title.

    `customers` has `questions.churn.listing.CHURN_LIST.schema`.
    """
    writer = numbers_for(lang, currency)
    at_risk = customers["value_at_risk"]
    is_unknown = at_risk.len() > 0 and at_risk.null_count() == at_risk.len()
    title = writer.text(
        f"churn.{which}",
        shown=writer.count(min(most, customers.height)),
        all=writer.count(customers.height),
        value=writer.money(None if is_unknown else at_risk.sum()),
    )
    return replace(table_grid(customers.head(most), table, lang, currency), title=title)


def rate_grid(results: pl.DataFrame, kind: PeriodKind, lang: Lang) -> Grid:
    """The churn rate by period: one row per period and segment.

    `results` has `results.SCHEMA`, and only rows of the KPI `churn_rate`.
    """
    writer = numbers_for(lang)
    names = ("value", "interval", "numerator", "denominator")
    return Grid(
        title=churn_rate.label[lang],
        headings=(
            Heading(text=writer.text("churn.period")),
            *(Heading(text=writer.text(f"column.{name}"), numeric=True) for name in names),
            Heading(text=writer.text("column.state")),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=block_title(one.period, one.dimension, one.segment, kind, writer)),
                    Cell(text=writer.percent(one.value)),
                    Cell(text=writer.interval(one.ci_low, one.ci_high)),
                    Cell(text=writer.count(one.numerator)),
                    Cell(text=writer.count(one.denominator)),
                    Cell(text=writer.text(f"state.{one.state}")),
                )
            )
            for one in readings(results)
        ),
    )
