from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import fastexcel
import polars as pl
import pytest

from made_up_shop import MONTHS, report_inputs
from nasty import NASTY_REGISTRY, nasty_inputs
from wieder.config import Segmentation
from wieder.kpis import REGISTRY
from wieder.locale import LANGUAGES, texts
from wieder.models.holdout import NAIVE
from wieder.periods import PeriodKind
from wieder.questions.backtest.scores import SCORES, TARGETS
from wieder.questions.churn.rules import RULES
from wieder.questions.churn.table import CHOSEN, CHURN, GIVEN, KAPLAN_MEIER
from wieder.questions.clv.table import LIFETIME_VALUE, Measure
from wieder.questions.flow import FLOW
from wieder.questions.segments.schemes import scheme_of
from wieder.questions.segments.table import segments_table
from wieder.report.findings import TableInput
from wieder.report.sections import SECTIONS
from wieder.report.sections.changes import ChangesFound
from wieder.report.table_sheets import title_of
from wieder.report.workbook import report_workbook
from wieder.writing.figures import context_for
from wieder.writing.sheets import LONGEST_NAME
from workbook_parts import parts

if TYPE_CHECKING:
    from wieder.locale.text import Lang
    from wieder.report.findings import Findings


@cache
def english() -> bytes:
    """The workbook of the made-up shop."""
    return report_workbook(report_inputs(), REGISTRY)


def sheet(data: bytes, name: str) -> pl.DataFrame:
    return fastexcel.read_excel(data).load_sheet(name).to_polars()


@pytest.mark.parametrize("lang", ["de", "en"])
def test_there_is_a_sheet_for_each_section(lang: str) -> None:
    data = english() if lang == "en" else report_workbook(report_inputs(lang="de"), REGISTRY)
    names = set(fastexcel.read_excel(data).sheet_names)
    keys = ("kpis", "periods", "cohorts", "segments", "bridge", "notes", "glossary")
    assert {texts(lang)(f"sheet.{key}") for key in keys} <= names


def test_numbers_are_numbers_and_those_of_the_report() -> None:
    results = report_inputs().results
    last = results.filter(pl.col("period_start") == MONTHS[-1].start, pl.col("dimension") == "")
    kpis = sheet(english(), "KPIs")
    values = dict(zip(kpis["KPI"], kpis["March 2025: Value"], strict=True))
    for row in last.iter_rows(named=True):
        label = REGISTRY[row["kpi"]].label["en"]
        assert values[label] == pytest.approx(row["value"], rel=1e-15) if row["value"] is not None else True
    periods = sheet(english(), "Periods")
    assert periods.height == len(MONTHS)
    assert periods["Revenue"].dtype == pl.Float64


def test_unknown_values_are_empty() -> None:
    periods = sheet(english(), "Periods")
    assert periods["Customer lifetime value by formula (CLV)"][0] is None
    assert 0.0 not in periods["Repeat purchase rate within 90 days"].drop_nulls().to_list()


def test_percent_and_money_have_their_formats() -> None:
    styles = parts(english(), "xl/styles.xml")
    assert "0.0%" in styles
    assert "&quot;€&quot;#,##0.00" in styles


def test_excel_draws_the_charts_itself() -> None:
    charts = parts(english(), "xl/charts/")
    assert charts.count("<c:barChart>") == 1
    assert charts.count("<c:lineChart>") == 1
    assert "Periods!$" in charts


def test_nothing_of_the_data_is_a_formula() -> None:
    evil = '=HYPERLINK("http://example.com")'
    segments = nasty_inputs("en").segments.with_columns(pl.lit(evil).alias("segment"))
    data = report_workbook(nasty_inputs("en", segments=segments), NASTY_REGISTRY)
    assert "<f>" not in parts(data, "xl/worksheets/")
    assert evil in sheet(data, "By attribute")["Value of it"].to_list()


def test_the_same_inputs_give_the_same_bytes() -> None:
    assert report_workbook(report_inputs(), REGISTRY) == english()
    assert "2025-04-01T00:00:00Z" in parts(english(), "docProps/core.xml")


def test_effects_on_shares_are_in_points_and_others_in_their_unit() -> None:
    part = {
        "against": "previous", "period_start": date(2025, 3, 1), "before_start": date(2025, 2, 1),
        "dimension": "channel", "segment": "", "before": 0.5, "value": 0.25,
        "mix_effect": None, "rate_effect": -0.25, "effect": -0.25,
    }  # fmt: skip
    kpis = ("returning_customer_rate", "average_order_value")
    parts_frame = pl.DataFrame(
        [{"kpi": kpi, **part} for kpi in kpis], schema_overrides={"mix_effect": pl.Float64}
    )
    changes = ChangesFound(changes=pl.DataFrame(), parts=parts_frame)
    data = report_workbook(report_inputs(changes=changes), REGISTRY)
    moved = sheet(data, texts("en")("sheet.effects"))
    assert moved["Together"].to_list() == [-25.0, -0.25]
    assert moved["By its share (mix)"].to_list() == [None, None]
    assert moved["Segment"].to_list() == ["(not known)"] * 2


def test_tables_without_segments_have_no_empty_columns() -> None:
    [name] = [
        name for name in fastexcel.read_excel(english()).sheet_names if name.startswith("Customer flow")
    ]
    assert "Segment" not in sheet(english(), name).columns


MODELS = ("nbd", "bg_nbd", "mbg_nbd", "pareto_nbd", *NAIVE)
METHODS = (GIVEN, CHOSEN, "mbg_nbd", KAPLAN_MEIER)
SCHEMES = (
    Segmentation(scheme="rfm"),
    Segmentation(scheme="lifecycle"),
    Segmentation(scheme="abc"),
    Segmentation(scheme="vip"),
    Segmentation(scheme="rules", rules={"Big spenders": "revenue > 500"}),
)


def with_forecasts(lang: Lang) -> Findings:
    """The made-up shop with every existing method, target and measure."""
    scores = [
        {"horizon_days": 365, "target": target, "method": method, "is_used": method == "nbd"}
        for target in TARGETS
        for method in MODELS
    ]
    values = [{"measure": one, "horizon_days": 365, "method": "mbg_nbd", "state": "final"} for one in Measure]
    methods = [{"method": method, "window_days": 180, "horizon_days": 365} for method in METHODS]
    return report_inputs(
        lang=lang,
        churn=(TableInput(table=CHURN, frame=pl.DataFrame(methods)),),
        value=(
            TableInput(table=LIFETIME_VALUE, frame=pl.DataFrame(values)),
            TableInput(table=SCORES, frame=pl.DataFrame(scores)),
        ),
    )


def texts_in(data: bytes) -> set[str]:
    """All texts below the headings of a workbook."""
    sheets = fastexcel.read_excel(data)
    frames = [sheets.load_sheet(name).to_polars() for name in sheets.sheet_names]
    return {text for one in frames for column in one.select(pl.col(pl.String)) for text in column if text}


def test_ids_are_translated() -> None:
    german = texts_in(report_workbook(with_forecasts("de"), REGISTRY))
    assert not german & {*MODELS, *METHODS, *TARGETS, *(set(Measure) - set(REGISTRY))}
    assert {
        "Bisher erreicht",
        "Käufe in 365 Tagen",
        "Kein Kauf in 365 Tagen",
        "Wie in den letzten 365 Tagen",
        "Regel: mehr als 180 Tage still (vorgegeben)",
        "Neu",
        "endgültig",
    } <= german
    lifetime = sheet(report_workbook(with_forecasts("de"), REGISTRY), "Kundenwert")
    assert not set(lifetime["Maß"]) & set(Measure)


def test_segments_have_the_names_of_the_language() -> None:
    inputs = report_inputs()
    segments = inputs.gathered["segments"].scheme.segments
    read = sheet(report_workbook(report_inputs(lang="de"), REGISTRY), "Kundensegmente Lebenszyklus")
    assert set(read["Segment"]) == {segment.de for segment in segments}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_name_of_a_sheet_is_cut(lang: Lang) -> None:
    context = context_for(REGISTRY, PeriodKind.MONTH, lang, "EUR")
    segments = report_inputs().gathered["segments"]
    assert segments.moves is not None
    tables = [FLOW, CHURN, RULES, LIFETIME_VALUE, SCORES, segments.moves.table]
    tables += [segments_table(scheme_of(scheme, 180), scheme) for scheme in SCHEMES]
    short = {table: key for section in SECTIONS.values() for table, key in section.short_names.items()}
    keys = [key for key in context.text.sentences if key.startswith("sheet.")]
    names = [*(title_of(table, context, short) for table in tables), *map(context.text, keys)]
    assert [name for name in names if len(name) > LONGEST_NAME] == []
