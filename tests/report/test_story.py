"""The report of a made-up shop: headlines, flow, churn, the second order, and data quality."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest

from made_up_shop import MONTHS, monthly, report_inputs
from wieder.asking.grid import Tone
from wieder.kpis import REGISTRY, kpis_shown
from wieder.kpis.base import Shown
from wieder.models.kaplan_meier import Waits, kaplan_meier
from wieder.periods import PeriodKind
from wieder.report.document import build
from wieder.report.sections.churn import churn
from wieder.report.sections.flow import flow_chart
from wieder.report.sections.headlines import Headlines, headlines
from wieder.report.sections.repeat import second_order
from wieder.writing.figures import context_for, history

if TYPE_CHECKING:
    from wieder.locale.text import Lang


def headlines_of(results: pl.DataFrame, lang: Lang = "en") -> Headlines:
    found = headlines(history(results), context_for(REGISTRY, PeriodKind.MONTH, lang, "EUR"))
    assert found is not None
    return found


def with_range(low: float | None, high: float | None) -> pl.DataFrame:
    """The made-up shop with one usual range for its revenue, and none for other KPIs."""
    is_revenue = pl.col("kpi") == "revenue"
    return monthly().with_columns(
        usual_low=pl.when(is_revenue).then(pl.lit(low)),
        usual_high=pl.when(is_revenue).then(pl.lit(high)),
        usual_n=pl.when(is_revenue).then(24),
    )


def changed(change: float) -> pl.DataFrame:
    return with_range(None, None).with_columns(
        previous_change=pl.lit(change), year_before_change=pl.lit(None, pl.Float64)
    )


def test_values_outside_their_usual_range_come_first_and_are_marked() -> None:
    found = headlines_of(with_range(1.0, 2000.0))
    first = found.items[0]
    assert found.summary == "1 of 1 numbers is outside its usual range."
    assert first.is_outside
    assert first.sentence.startswith("Revenue fell to €")
    assert first.sentence.endswith(", outside the usual range of €1.00 to €2,000.")
    assert "usual range from 24 earlier periods" in first.detail
    assert not any(item.is_outside for item in found.items[1:])


def test_values_within_their_usual_range_are_summarised_once() -> None:
    found = headlines_of(with_range(1.0, 1e9))
    (revenue,) = (item for item in found.items if item.figure.kpi == "revenue")
    assert found.summary == "The one number that has a usual range is within it."
    assert revenue.sentence.endswith(", within the usual range.")


def test_without_ranges_only_large_changes_count_but_three_are_shown() -> None:
    assert headlines_of(changed(0.001)).summary == ""
    assert [item.figure.kpi for item in headlines_of(changed(0.001)).items] == list(
        kpis_shown(Shown.HEADLINE)[:3]
    )
    assert len(headlines_of(changed(0.5)).items) == 5


@pytest.mark.parametrize(
    ("change", "english", "german"),
    [
        (-0.07, "Revenue fell to €", "Der Umsatz sank auf "),
        (0.07, "Revenue rose to €", "Der Umsatz stieg auf "),
        (0.0, "Revenue stayed at €", "Der Umsatz blieb bei "),
    ],
)
def test_a_sentence_states_the_direction(change: float, english: str, german: str) -> None:
    assert headlines_of(changed(change)).items[0].sentence.startswith(english)
    assert headlines_of(changed(change), "de").items[0].sentence.startswith(german)


def test_numbers_of_few_cases_make_no_headline() -> None:
    few = with_range(1.0, 2.0).with_columns(n=pl.lit(0))
    least = {kpi.id for kpi in REGISTRY.values() if kpi.minimum_n > 0}
    assert not {item.figure.kpi for item in headlines_of(few).items} & least


def test_a_range_also_marks_the_tile() -> None:
    document = build(report_inputs(results=with_range(1.0, 2000.0)), REGISTRY)
    assert [tile.unusual for tile in document["tiles"] if tile.unusual] == ["usually €1.00 to €2,000"]


CONTEXT = context_for(REGISTRY, PeriodKind.MONTH, "en", "EUR")


def test_the_flow_adds_up_in_its_table_and_lost_customers_hang_below_zero() -> None:
    flow = report_inputs().gathered["flow"]
    chart = flow_chart(flow.frame, CONTEXT)
    assert chart is not None
    assert len(chart.columns) == len(MONTHS) - 6, "unknown months have no column"
    for row in chart.table.rows:
        start, new, reactivated, lost, end = (int(cell.text.replace(",", "")) for cell in row.cells[1:])
        assert start + new + reactivated - lost == end
    for bar in chart.columns[0].bars:
        assert (bar.y >= chart.base) == (bar.series == "lost")


def test_a_flow_that_is_not_known_is_not_drawn() -> None:
    flow = report_inputs().gathered["flow"]
    assert flow_chart(flow.frame.head(7), CONTEXT) is None


def test_the_curve_is_that_of_kaplan_and_meier() -> None:
    waits = [Waits(days=day, events=1, censored=1) for day in range(1, 101)]
    found = second_order(waits, CONTEXT)
    assert found is not None
    step = kaplan_meier(waits).at(60)
    assert step is not None
    days, share, _, waiting = (cell.text for cell in found.chart.table.rows[1].cells)
    assert (days, share) == ("60 days", f"{100 * (1 - step.survival):.1f}%")
    assert waiting == "82", "41 days from the 60th on, with two customers each"
    assert (
        found.median == f"Half of the customers have bought again by day {kaplan_meier(waits).median()[0]}."
    )


def test_a_curve_of_a_few_days_is_not_shown() -> None:
    assert second_order([Waits(days=29, events=1, censored=9)], CONTEXT) is None
    assert second_order([], CONTEXT) is None


def test_churn_is_drawn_from_the_first_known_month() -> None:
    found = churn(history(monthly()), (), CONTEXT)
    assert found is not None
    assert found.chart is not None
    assert len(found.chart.marks) == len(MONTHS) - 6
    assert [figure.kpi for figure in found.figures] == ["churn_rate", "base_retention_rate"]
    assert churn(history(monthly().filter(pl.col("kpi") == "revenue")), (), CONTEXT) is None


def test_rows_read_are_reported_in_numbers() -> None:
    facts = build(report_inputs(), REGISTRY)["data"].facts
    assert [fact.value for fact in facts] == ["31 March 2025", "0.1%", "19,870", "93.0%", "31"]
    assert facts[1].note == "14 of 21,507 rows could not be read"
    assert facts[0].note == "the first order is of 1 April 2022"


def test_changes_that_shops_want_are_good() -> None:
    assert headlines_of(changed(0.07)).items[0].tone is Tone.GOOD
    assert headlines_of(changed(-0.07)).items[0].tone is Tone.BAD


def test_a_section_without_content_is_left_out() -> None:
    found = report_inputs().gathered["segments"]
    nobody = replace(found, sizes=replace(found.sizes, frame=found.sizes.frame.clear()))
    inputs = report_inputs(customer_segments=nobody, segments=report_inputs().segments.clear())
    assert not build(inputs, REGISTRY).shows("segments")
    uncut = report_inputs(kind=PeriodKind.ALL, cohorts=report_inputs().gathered["cohorts"].clear())
    assert not build(uncut, REGISTRY).shows("changes")
    assert build(report_inputs(), REGISTRY).shows("changes")
