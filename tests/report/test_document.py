from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import polars as pl
import pytest

from made_up_shop import MONTHS, STEPS, monthly, report_document, report_inputs
from wieder.asking.grid import Role, Tone
from wieder.kpis import REGISTRY
from wieder.periods import PeriodKind
from wieder.report.document import Document, build
from wieder.writing.figures import Figure


def parts(value: Any) -> list[Any]:
    """All values in a document, nested ones included."""
    if is_dataclass(value):
        return [value, *(part for field in fields(value) for part in parts(getattr(value, field.name)))]
    if isinstance(value, tuple):
        return [part for one in value for part in parts(one)]
    return [value]


def tile(document: Document, kpi: str) -> Any:
    return next(tile for tile in document["tiles"] if tile.figure.kpi == kpi)


def test_a_document_is_plain_data() -> None:
    assert {type(part).__module__.split(".")[0] for part in parts(report_document())} <= {
        "wieder",
        "builtins",
    }
    assert hash(report_document()) == hash(build(report_inputs(), REGISTRY))


def test_a_tile_shows_the_last_month_against_the_month_and_the_year_before() -> None:
    revenue = tile(report_document(), "revenue")
    assert revenue.figure.period == "March 2025"
    assert [change.against for change in revenue.changes] == ["vs Feb 2025", "vs Mar 2024"]
    assert [change.tone for change in revenue.changes] == [Tone.BAD, Tone.GOOD]
    assert revenue.delay == ""


def test_a_tile_of_a_slow_kpi_shows_its_last_final_month_with_its_name() -> None:
    repeat = tile(report_document(), "repeat_purchase_rate_90d")
    assert repeat.figure.period == "December 2024"
    assert repeat.delay == "March 2025 is not final yet"
    assert repeat.figure.interval == "25.5–36.5%"


def test_a_tile_of_which_nothing_is_known_shows_a_dash_and_the_reason() -> None:
    results = monthly().with_columns(
        state=pl.when(pl.col("kpi") == "base_retention_rate").then(pl.lit("none")).otherwise("state"),
        value=pl.when(pl.col("kpi") != "base_retention_rate").then("value"),
    )
    figure = tile(build(report_inputs(results=results), REGISTRY), "base_retention_rate").figure
    assert figure.headline == figure.value == "–"
    assert figure.reason.startswith("not known for this period (only from one activity window")


def test_a_kpi_without_a_row_is_not_known_rather_than_zero() -> None:
    results = monthly().filter(pl.col("kpi") != "churn_rate")
    document = build(report_inputs(results=results), REGISTRY)
    rows = [row for family in document["overview"].families for row in family.rows]
    churn = next(row.last for row in rows if row.last.kpi == "churn_rate")
    assert (churn.value, churn.n, churn.state_name) == ("–", "–", "unknown")
    assert churn.reason


def test_the_overview_has_every_kpi_for_the_last_month_and_for_the_whole_span() -> None:
    rows = [row for family in report_document()["overview"].families for row in family.rows]
    assert [row.last.kpi for row in rows] == [row.whole.kpi for row in rows] == list(REGISTRY)
    assert report_document()["overview"].whole_span == "1 April 2022 – 31 March 2025"


def test_every_known_rate_opens_to_the_parts_that_make_it() -> None:
    rates = [
        part for part in parts(report_document()) if isinstance(part, Figure) and part.value.endswith("%")
    ]
    assert rates
    for rate in rates:
        numerator, denominator = (float(text.replace(",", "")) for text in (rate.numerator, rate.denominator))
        assert float(rate.value[:-1]) == pytest.approx(100 * numerator / denominator, abs=0.051)
        assert rate.meaning
        assert rate.formula


def test_the_equation_has_the_factors_in_the_month_of_the_result() -> None:
    assert report_document()["value"] is not None
    equation = report_document()["value"].equation
    assert equation is not None
    assert [factor.kpi for factor in equation.factors] == list(REGISTRY["customer_lifetime_value"].factors)
    assert {factor.period for factor in equation.factors} == {equation.result.period} == {"March 2025"}
    value, frequency, lifetime = (
        float(factor.value.removeprefix("€").removesuffix("\N{NO-BREAK SPACE}years"))
        for factor in equation.factors
    )
    assert value * frequency * lifetime == pytest.approx(float(equation.result.value[1:]), rel=0.01)


def test_segments_come_largest_first_and_each_kpi_in_its_last_final_month() -> None:
    (table,) = report_document()["segments"]
    assert [row.segment for row in table.rows] == [
        "Organische Suche", "Newsletter", "Bezahlte Suche & Shopping", "(not known)",
    ]  # fmt: skip
    periods = {column.label: column.period for column in table.columns}
    assert periods["Revenue"] == "Mar 2025"
    assert periods["Repeat purchase rate within 90 days"] == "Dec 2024"
    assert all(
        figure.value != "–" for row in table.rows for figure in row.figures if row.segment != "(not known)"
    )


def test_the_dimension_of_segments_is_named_in_words() -> None:
    segments = report_inputs().segments.with_columns(dimension=pl.lit("first_order.channel,customer.country"))
    (english,) = build(report_inputs(segments=segments), REGISTRY)["segments"]
    (german,) = build(report_inputs(segments=segments, lang="de"), REGISTRY)["segments"]
    assert english.dimension == "channel of the first order × country of the customer"
    assert german.dimension == "channel der ersten Bestellung × country des Kunden"


def test_files_are_named_without_their_folders_and_many_are_counted() -> None:
    few = build(report_inputs(sources=("/home/eva/orders.csv", "-")), REGISTRY)
    many = build(report_inputs(sources=tuple(f"days/{day:03}.csv" for day in range(305))), REGISTRY)
    assert few.head.sources == ("orders.csv", "-")
    assert many.head.sources == ("305 files, 000.csv to 304.csv",)


def test_a_change_that_is_written_as_zero_is_neither_good_nor_bad() -> None:
    results = monthly().with_columns(previous_change=pl.lit(-0.0004))
    changes = tile(build(report_inputs(results=results), REGISTRY), "revenue").changes
    assert (changes[0].text, changes[0].tone) == ("±0.0%", Tone.NORMAL)


def test_many_segments_are_cut_and_counted() -> None:
    last = monthly().filter(pl.col("period_start") == MONTHS[-1].start)
    many = pl.concat(
        last.with_columns(dimension=pl.lit("city"), segment=pl.lit(f"c{i:02}")) for i in range(32)
    )
    (table,) = build(report_inputs(segments=many), REGISTRY)["segments"]
    assert len(table.rows) == 30
    assert table.omitted.startswith("2 smaller segments are not shown")


def test_the_bridge_adds_up_in_rows_orders_and_money() -> None:
    rows = report_document()["data"].bridge.rows
    plain = [row for row in rows if row.role is Role.PLAIN]
    columns = [[number(row.cells[index].text) for row in plain] for index in (1, 2, 3)]
    subtotal = next(row for row in rows if row.role is Role.SUBTOTAL)
    total = next(row for row in rows if row.role is Role.TOTAL)
    assert sum(columns[0]) == number(subtotal.cells[1].text) == number(subtotal.cells[2].text)
    assert (
        sum(columns[1]) + number(subtotal.cells[2].text)
        == number(total.cells[2].text)
        == STEPS["kpi_orders"][0]
    )
    assert round(sum(columns[2]), 2) == number(total.cells[3].text)


def number(text: str) -> float:
    return float(text.replace(",", "").replace("€", "").replace("−", "-") or 0)


def test_assumptions_are_stated() -> None:
    german = build(
        report_inputs(lang="de", currency="", occasion="day", window_days=90, witnesses=0), REGISTRY
    )
    assert german["data"].facts[-1].value == "nicht in diesem Lauf"
    assert any("90 Tage" in sentence for sentence in german["data"].assumptions)
    assert any("an einem weiteren Tag" in sentence for sentence in german["data"].assumptions)
    assert any("keine Währung" in sentence for sentence in german["data"].assumptions)


def test_the_default_title_and_a_given_one() -> None:
    assert report_document().head.title == "Retention report"
    assert build(report_inputs(title="Zimt & Zucker"), REGISTRY).head.title == "Zimt & Zucker"


@pytest.mark.parametrize("kpis", [["revenue"], ["orders", "churn_rate"], list(REGISTRY)])
def test_a_registry_of_a_few_kpis_makes_a_report(kpis: list[str]) -> None:
    registry = {kpi: REGISTRY[kpi] for kpi in kpis}
    results = monthly().filter(pl.col("kpi").is_in(kpis))
    inputs = report_inputs(results=results, segments=results.clear(), whole=report_inputs().whole.frame)
    assert {tile.figure.kpi for tile in build(inputs, registry)["tiles"]} <= set(kpis)


def test_a_report_of_a_single_period_has_no_charts_over_time() -> None:
    last = monthly().filter(pl.col("period_start") == MONTHS[-1].start)
    document = build(report_inputs(results=last, kind=PeriodKind.MONTH), REGISTRY)
    assert document["revenue"] is document["customers"] is None
    assert all(tile.sparkline is None for tile in document["tiles"])
