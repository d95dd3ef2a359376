"""Results in both of their forms: a frame for programs, and tables for readers."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

import polars as pl

from wieder.kpis import REGISTRY
from wieder.output import STDOUT, write
from wieder.periods import PeriodKind
from wieder.report import grids, tables
from wieder.results import SCHEMA
from wieder.targets import Format, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import RenderableType

    from wieder.analysis import Analysis
    from wieder.cli.session import Session
    from wieder.kpis.base import Kpi, Lang
    from wieder.merging import LoadReport
    from wieder.report.grids import Grid
    from wieder.verify import Verification

WIDTH_OF_FILES = 160
"""Columns of a table that nobody looks at through a terminal."""


@dataclass(frozen=True, kw_only=True)
class View:
    """One result."""

    frame: pl.DataFrame
    """What machine formats hold, never localised."""
    grids: Callable[[], Sequence[Grid]]
    """What readers see; made only if they do."""
    page: Callable[[], RenderableType] | None = None
    """What a terminal shows instead of the tables."""


def write_view(view: View, session: Session, *, private: bool = False) -> None:
    """Write `view` where and how the session says."""
    write(_serialised(view, session.target, session.lang), session.target.name, private=private)


def screen_text(renderable: RenderableType, target: Target) -> bytes:
    """`renderable` as it looks on a terminal; in colour only where somebody sees it."""
    from rich.console import Console

    colour = target.on_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    console = Console(
        file=StringIO(),
        force_terminal=colour,
        no_color=not colour,
        width=shutil.get_terminal_size((WIDTH_OF_FILES, 24)).columns,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    with console.capture() as capture:
        console.print(renderable)
    lines = [line.rstrip() for line in capture.get().rstrip().splitlines()]
    return "".join(f"{line}\n" for line in lines).encode()


def _serialised(view: View, target: Target, lang: Lang) -> bytes:
    match target.format:
        case Format.TABLE:
            return screen_text(view.page() if view.page else _tables(view.grids()), target)
        case Format.MARKDOWN:
            return tables.markdown(view.grids())
        case Format.HTML:
            return tables.html(view.grids(), lang)
    return tables.serialise(view.frame, tables.TableFormat(target.format))


def _tables(shown: Sequence[Grid]) -> RenderableType:
    from rich.console import Group

    from wieder.report.terminal import grid_table

    return Group(*(grid_table(grid) for grid in shown))


def frame_view(frame: pl.DataFrame, session: Session) -> View:
    """Any frame as it is."""
    return View(frame=frame, grids=lambda: [grids.frame_grid(frame, session.lang)])


def load_view(report: LoadReport, session: Session) -> View:
    """What became of each file of a load: one row per file."""
    rows = [
        {"file": one.file, "table_name": one.table_name, "bytes": one.bytes, "sha256": one.sha256}
        | vars(one.counts)
        for one in report.files
    ]
    frame = pl.DataFrame(rows)
    currency = session.settings.report.currency
    return View(frame=frame, grids=lambda: [grids.load_grid(frame, session.lang, currency)])


def bridge_view(analysis: Analysis, loads: pl.DataFrame, session: Session) -> View:
    """The bridge; readers also see what became of each file."""
    return View(
        frame=analysis.bridge,
        grids=lambda: [
            grids.load_grid(loads, session.lang, analysis.currency),
            grids.bridge_grid(analysis.bridge, session.lang, analysis.currency),
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


SUMMARY_KPIS = {
    "orders", "revenue", "average_order_value", "returning_revenue", "customers", "returning_customer_rate",
    "repeat_purchase_rate", "median_days_between_orders", "base_retention_rate", "customer_lifetime_value",
}  # fmt: skip


def summary(analysis: Analysis, session: Session) -> bytes:
    """The KPIs that a shop looks at first, in the last period, as a table for people."""
    last = analysis.results.filter(
        pl.col("period_start") == analysis.shown[-1].start, pl.col("dimension") == ""
    )
    first_kpis = {name: kpi for name, kpi in REGISTRY.items() if name in SUMMARY_KPIS}
    shown = grids.kpi_grids(last, first_kpis, session.lang, analysis.currency, analysis.question.kind)
    return screen_text(_tables(shown), Target(name=STDOUT, format=Format.TABLE))


VERIFICATION = {"kpi": pl.String, "compared": pl.Int64, "disagreements": pl.Int64}
"""One row per KPI: in how many periods and segments it was compared, and in how many it disagrees."""


def verification_view(verified: Sequence[Verification], session: Session) -> View:
    """What each witness said."""
    rows = [(one.kpi, one.compared, len(one.disagreements)) for one in verified]
    return frame_view(pl.DataFrame(rows, schema=VERIFICATION, orient="row"), session)


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
