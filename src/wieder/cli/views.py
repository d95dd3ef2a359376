"""What each command has to show: the frame for programs, and the tables for readers."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from wieder.asking.results import SCHEMA
from wieder.cli.writing import View
from wieder.kpis import REGISTRY, kpis_shown
from wieder.kpis.base import Shown
from wieder.merging import Counts
from wieder.periods import PeriodKind
from wieder.report import grids
from wieder.report.histories import history_grid
from wieder.report.rules import rules_grid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from wieder.analyses.base import TableAnalysis
    from wieder.analysis import Analysis, Reconciliation
    from wieder.cli.session import Session
    from wieder.kpis.base import Kpi, Lang
    from wieder.merging import LoadReport
    from wieder.verify import Verification

LOADED = {"file": pl.String, "table_name": pl.String, "sha256": pl.String, "bytes": pl.Int64} | {
    field.name: pl.Decimal(38, 4) if field.name.startswith("amount") else pl.Int64 for field in fields(Counts)
}
"""One row per file of a load."""
VERIFIED = {"kpi": pl.String, "compared": pl.Int64, "disagreements": pl.Int64}
"""One row per KPI or table: how many results or rows were compared, and how many of them disagree."""


def frame_view(frame: pl.DataFrame, session: Session) -> View:
    """Any frame as it is."""
    return View(frame=frame, grids=lambda: [grids.frame_grid(frame, session.lang)])


def load_view(report: LoadReport, session: Session) -> View:
    """What became of each file of a load: one row per file."""
    rows = [
        {"file": one.file, "table_name": one.table_name, "sha256": one.sha256, "bytes": one.bytes}
        | vars(one.counts)
        for one in report.files
    ]
    frame = pl.DataFrame(rows, schema=LOADED)
    currency = session.settings.report.currency
    return View(frame=frame, grids=lambda: [grids.load_grid(frame, session.lang, currency)])


def history_view(loads: pl.DataFrame, currency: str, session: Session) -> View:
    """What was loaded: one row per load and file."""
    return View(frame=loads, grids=lambda: [history_grid(loads, session.lang, currency)])


def rules_view(rules: pl.DataFrame, session: Session) -> View:
    """The rules of the quality gate: one row per rule."""
    return View(frame=rules, grids=lambda: [rules_grid(rules, session.lang)])


def with_rules(view: View, rules: View) -> View:
    """`view`, below which readers see the rules."""
    return replace(view, grids=lambda: [*view.grids(), *rules.grids()])


def bridge_view(found: Reconciliation, loads: pl.DataFrame, session: Session) -> View:
    """The bridge; readers also see what became of each file."""
    rules = msgspec.structs.replace(session.settings.orders, amount_includes=found.amount_includes)
    return View(
        frame=found.bridge,
        grids=lambda: [
            grids.load_grid(loads, session.lang, found.currency),
            grids.bridge_grid(found.bridge, session.lang, found.currency, rules),
        ],
    )


def kpi_view(analysis: Analysis, session: Session, *, compare: bool) -> View:
    """The results; programs get the columns of comparison only if they are wanted."""
    results = analysis.results
    return View(
        frame=results if compare else results.select(*SCHEMA),
        grids=lambda: grids.kpi_grids(
            results, REGISTRY, session.lang, analysis.currency, analysis.question.kind
        ),
    )


def table_view(found: TableAnalysis, session: Session, shown: pl.DataFrame) -> View:
    """An analysis table, and what readers see of it: columns of the same names."""
    return View(
        frame=found.frame,
        grids=lambda: [grids.table_grid(shown, found.table, session.lang, found.currency)],
    )


def summary_view(analysis: Analysis, session: Session) -> View:
    """The KPIs that a shop looks at first, in the last period."""
    last = analysis.results.filter(
        pl.col("period_start") == analysis.shown[-1].start, pl.col("dimension") == ""
    )
    first = {kpi: REGISTRY[kpi] for kpi in kpis_shown(Shown.SUMMARY)}
    kind = analysis.question.kind
    return View(frame=last, grids=lambda: grids.kpi_grids(last, first, session.lang, analysis.currency, kind))


def verification_view(verified: Sequence[Verification], session: Session) -> View:
    """What each witness said."""
    rows = [(one.kpi, one.compared, len(one.disagreements)) for one in verified]
    return frame_view(pl.DataFrame(rows, schema=VERIFIED, orient="row"), session)


def explanation_view(kpi: Kpi, analysis: Analysis | None, session: Session) -> View:
    """What a KPI means and how it is made, with the numbers behind it if there are data."""
    lang = session.lang
    facts = _facts(kpi, lang)
    numbers = _numbers_of(kpi, analysis)
    definition = pl.DataFrame({"": list(facts), kpi.label[lang]: list(facts.values())})
    return View(
        frame=pl.DataFrame([facts]).join(numbers, on="kpi", how="left", maintain_order="left_right"),
        grids=lambda: [grids.frame_grid(definition, lang), grids.frame_grid(numbers, lang)],
        page=lambda: _explain_page(kpi, analysis, lang),
    )


def _facts(kpi: Kpi, lang: Lang) -> dict[str, str]:
    return {
        "kpi": kpi.id,
        "label": kpi.label[lang],
        "meaning": kpi.meaning[lang],
        "formula": kpi.formula[lang],
        "maturity": kpi.maturity[lang] if kpi.maturity else "",
        "unit": kpi.unit.value,
        "better": kpi.better.value,
        "witness": kpi.witness,
    }


def _numbers_of(kpi: Kpi, analysis: Analysis | None) -> pl.DataFrame:
    results = pl.DataFrame(schema=SCHEMA) if analysis is None else analysis.results.select(*SCHEMA)
    return results.filter(pl.col("kpi") == kpi.id)


def _explain_page(kpi: Kpi, analysis: Analysis | None, lang: Lang) -> RenderableType:
    from wieder.report.readings import readings
    from wieder.report.terminal import explain_page

    if analysis is None:
        return explain_page(kpi, None, lang, "", PeriodKind.ALL)
    of_the_shop = analysis.results.filter((pl.col("kpi") == kpi.id) & (pl.col("dimension") == ""))
    last = readings(of_the_shop)[-1]
    return explain_page(kpi, last, lang, analysis.currency, analysis.question.kind)
