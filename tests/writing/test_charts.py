from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up_shop import START, cohort_rows, monthly, whole
from wieder.kpis import REGISTRY
from wieder.locale.text import Unit
from wieder.periods import PeriodKind, periods_between
from wieder.report.sections.cohorts import MAXIMUM_COHORTS, cohort_heatmap
from wieder.report.sections.repeat import repeat_chart
from wieder.report.sections.revenue import customers_chart, revenue_chart
from wieder.writing.charts import LEVELS, SPARK_HEIGHT, SPARK_WIDTH, WIDTH, level, nice_ticks, sparkline
from wieder.writing.figures import context_for, history
from wieder.writing.time_axis import axis_labels

CONTEXT = context_for(REGISTRY, PeriodKind.MONTH, "de", "EUR")
HISTORY = history(monthly())
FONT_WIDTH = 7.2


@given(st.floats(1e-6, 1e12))
def test_ticks_are_round_begin_at_zero_and_reach_the_maximum(maximum: float) -> None:
    ticks = nice_ticks(maximum)
    assert ticks[0] == 0
    assert ticks[-2] < maximum * (1 + 1e-9)
    assert ticks[-1] >= maximum * (1 - 1e-8)
    assert 3 <= len(ticks) <= 7


@pytest.mark.parametrize(
    ("maximum", "ticks"),
    [(43_600, (0, 10_000, 20_000, 30_000, 40_000, 50_000)), (0.31, (0, 0.1, 0.2, 0.3, 0.4)), (0, (0, 1))],
)
def test_ticks_are_what_a_person_would_choose(maximum: float, ticks: tuple[float, ...]) -> None:
    assert nice_ticks(maximum) == ticks


def test_the_parts_of_a_column_are_stacked_and_add_up() -> None:
    chart = revenue_chart(HISTORY, CONTEXT)
    assert chart is not None
    base, top = chart.value_ticks[0].at, chart.value_ticks[-1].at
    scale = (base - top) / 50_000
    for column, reading in zip(chart.columns, HISTORY.by_kpi["revenue"], strict=True):
        assert sum(bar.height for bar in column.bars) == pytest.approx((reading.value or 0) * scale, abs=0.2)
        for below, above in pairwise(column.bars):
            assert above.y + above.height == pytest.approx(below.y, abs=0.11)


def test_columns_keep_inside_the_chart_and_do_not_touch() -> None:
    chart = customers_chart(HISTORY, CONTEXT)
    assert chart is not None
    for left, right in pairwise(chart.columns):
        assert left.x + left.width < right.x
    assert chart.columns[-1].x + chart.columns[-1].width <= WIDTH


def test_all_customers_of_a_period_without_a_rate_are_new() -> None:
    first, rate = HISTORY.charted[0], "returning_customer_rate"
    later = tuple(reading for reading in HISTORY.by_kpi[rate] if reading.period != first)
    chart = customers_chart(replace(HISTORY, by_kpi={**HISTORY.by_kpi, rate: later}), CONTEXT)
    assert chart is not None
    customers = CONTEXT.numbers.value(HISTORY.at("customers", first).value, Unit.COUNT)
    assert [cell.text for cell in chart.table.rows[0].cells[1:]] == ["0", customers, customers]


@pytest.mark.parametrize("kind", [kind for kind in PeriodKind if kind is not PeriodKind.ALL])
@pytest.mark.parametrize("count", [2, 13, 26, 36, 157])
def test_period_labels_do_not_collide(kind: PeriodKind, count: int) -> None:
    context = context_for(REGISTRY, kind, "de", "EUR")
    periods = periods_between(kind, START, START.replace(year=START.year + 160))[:count]
    slot = (WIDTH - 64) / count
    shown = [(index * slot, label) for index, label in enumerate(axis_labels(periods, context)) if label]
    assert shown
    for (left, one), (right, other) in pairwise(shown):
        assert right - left > (len(one) + len(other)) / 2 * FONT_WIDTH


def test_the_columns_of_a_chart_are_also_in_its_table() -> None:
    chart = revenue_chart(HISTORY, CONTEXT)
    assert chart is not None
    assert [heading.text for heading in chart.table.headings] == [
        "Monat",
        "Stammkunden",
        "Erstbestellungen",
        "Anonym",
        "Summe",
    ]
    assert len(chart.table.rows) == len(chart.columns) == 36
    assert chart.table.rows[-1].cells[-1].text == CONTEXT.numbers.money(
        HISTORY.at("revenue", HISTORY.periods[-1]).value
    )


def test_intervals_enclose_their_bars_and_values_follow_them() -> None:
    chart = repeat_chart(history(whole()), CONTEXT)
    assert chart is not None
    for bar in chart.bars:
        assert bar.low is not None
        assert bar.end is not None
        assert bar.high is not None
        assert chart.left <= bar.low <= bar.end <= bar.high < bar.value_x
        note_width = len(bar.note) * FONT_WIDTH
        assert bar.value_x + len(bar.value) * FONT_WIDTH < WIDTH - note_width


def test_a_single_period_has_no_chart_over_time() -> None:
    last = monthly().filter(pl.col("period_start") == HISTORY.periods[-1].start)
    assert revenue_chart(history(last), CONTEXT) is None


def test_a_cohort_cell_that_cannot_be_known_is_not_drawn() -> None:
    chart = cohort_heatmap(pl.DataFrame(list(cohort_rows())), CONTEXT)
    assert chart is not None
    assert len(chart.rows) == MAXIMUM_COHORTS
    youngest = chart.rows[-1]
    assert youngest.label == "März 2025"
    assert not [cell for cell in chart.cells if abs(cell.y + chart.cell_height / 2 - youngest.y) < 1]
    assert chart.table.rows[-1].cells[2].text == ""


def test_a_partial_cohort_cell_is_marked_in_the_chart_and_in_the_table() -> None:
    chart = cohort_heatmap(pl.DataFrame(list(cohort_rows())), CONTEXT)
    assert chart is not None
    partial = [cell for cell in chart.cells if cell.partial]
    marked = [cell for row in chart.table.rows for cell in row.cells if cell.text.startswith("~")]
    assert len(partial) == len(marked) == 4
    assert "bisher" in partial[0].title


def test_cohorts_without_a_later_period_have_no_heatmap() -> None:
    frame = pl.DataFrame(list(cohort_rows()))
    assert cohort_heatmap(frame.filter(pl.col("age") == 0), CONTEXT) is None
    assert cohort_heatmap(frame.clear(), CONTEXT) is None


def test_shades_cover_the_scale() -> None:
    assert [level(share, 0.5) for share in (0, 0.0499, 0.05, 0.25, 0.5)] == [0, 0, 1, 5, LEVELS - 1]
    assert level(0, 0) == 0


@given(st.lists(st.none() | st.floats(-1e9, 1e9), max_size=40))
def test_a_sparkline_keeps_inside_its_box_and_leaves_gaps(values: list[float | None]) -> None:
    line = sparkline(values, "x")
    known = [value for value in values if value is not None]
    assert (line is None) == (len(known) < 2)
    if line:
        points = [point for stroke in line.path.split("M") for point in stroke.split("L") if point]
        assert len(points) == len(known)
        for point in points:
            x, y = map(float, point.split(","))
            assert 0 <= x <= SPARK_WIDTH
            assert 0 <= y <= SPARK_HEIGHT
