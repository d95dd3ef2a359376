from __future__ import annotations

from datetime import date
from io import StringIO
from typing import Literal

import polars as pl
from rich.console import Console

from wieder.asking.grid import Tone
from wieder.periods import PeriodKind
from wieder.questions.cohorts.heatmap import COLUMNS_BEFORE_AGES, CohortLook, cohort_chart, cohort_grid
from wieder.questions.cohorts.rules import Age, CohortRules, Measure, Mode
from wieder.questions.cohorts.table import COLUMNS
from wieder.writing.templates import render_heatmap
from wieder.writing.terminal import heat_table

CELLS = pl.DataFrame(
    [
        {"cohort_start": date(2024, 1, 1), "age": 0, "customers": 10, "repeat_orders": 2, "retention": 1.0}
        | {"state": "final", "ltv": 20.0},
        {"cohort_start": date(2024, 1, 1), "age": 1, "customers": 10, "repeat_orders": 3, "retention": 0.3}
        | {"state": "final", "ltv": 26.5},
        {"cohort_start": date(2024, 1, 1), "age": 2, "customers": 10, "repeat_orders": 1, "retention": 0.001}
        | {"state": "partial", "ltv": 28.0},
        {"cohort_start": date(2024, 2, 1), "age": 0, "customers": 5, "repeat_orders": 0, "retention": 1.0}
        | {"state": "final", "ltv": 10.0},
        {"cohort_start": date(2024, 2, 1), "age": 1, "customers": 5, "state": "none"},
        {"cohort_start": date(2024, 2, 1), "age": 2, "customers": 5, "state": "none"},
    ],
    schema={column.name: column.polars for column in COLUMNS},
).with_columns(dimension=pl.lit(""), segment=pl.lit(""))


def look(
    measure: Measure = Measure.RETENTION, mode: Mode = Mode.CLASSIC, age: Age = Age.CALENDAR
) -> CohortLook:
    rules = CohortRules(kind=PeriodKind.MONTH, mode=mode, age=age)
    return CohortLook(rules=rules, measure=measure, lang="en", currency="EUR")


def test_unknown_cells_are_empty_and_partial_ones_carry_a_tilde() -> None:
    grid = cohort_grid(CELLS, look())
    assert [heading.text for heading in grid.headings] == [
        "First order",
        "Customers",
        "Repeats at 0",
        "1",
        "2",
    ]
    assert [[cell.text for cell in row.cells] for row in grid.rows] == [
        ["Jan 2024", "10", "2", "30", "~<1"],
        ["Feb 2024", "5", "0", "", ""],
    ]
    assert [(cell.heat, cell.tone) for cell in grid.rows[0].cells[3:]] == [(9, Tone.NORMAL), (0, Tone.FAINT)]
    assert grid.rows[1].cells[3].heat is None


def test_cohorts_without_known_cells_are_still_listed() -> None:
    unknown = CELLS.with_columns(retention=pl.lit(None, pl.Float64), state=pl.lit("none"))
    grid = cohort_grid(unknown, look())
    assert [[cell.text for cell in row.cells] for row in grid.rows] == [
        ["Jan 2024", "10", "2"],
        ["Feb 2024", "5", "0"],
    ]
    assert cohort_chart(unknown, look()).cells == ()


def test_age_0_is_shown_unless_all_customers_order_at_it() -> None:
    assert cohort_grid(CELLS, look(mode=Mode.CUMULATIVE)).headings[3].text == "0"
    grid = cohort_grid(CELLS, look(Measure.LTV))
    assert [cell.text for cell in grid.rows[0].cells[3:]] == ["20.00", "26.50", "~28.00"]
    assert grid.title == "Revenue per acquired customer up to each age (EUR)"


def test_the_title_declares_the_steps_of_elapsed_ages() -> None:
    title = cohort_grid(CELLS, look(age=Age.ELAPSED)).title
    assert title.endswith("ordered at that age, in steps of 30 days since the first order")


def test_the_chart_has_a_cell_for_every_known_one() -> None:
    chart = cohort_chart(CELLS, look())
    assert [(cell.label, cell.title, cell.partial) for cell in chart.cells] == [
        ("30", "Jan 2024 + 1: 30", False),
        ("~<1", "Jan 2024 + 2: ~<1", True),
    ]
    assert (chart.scale_low, chart.scale_high) == ("0", "30")
    assert max(cell.x for cell in chart.cells) + chart.cell_width <= chart.width
    page = render_heatmap(chart, "en")
    assert chart.partial_note in page
    assert "<td>30</td>" in page


def terminal_text(width: int, *, colour: bool) -> str:
    out = StringIO()
    system: Literal["truecolor"] | None = "truecolor" if colour else None
    console = Console(file=out, width=width, force_terminal=colour, color_system=system)
    console.print(heat_table(cohort_grid(CELLS, look()), COLUMNS_BEFORE_AGES, "en"))
    return out.getvalue()


def test_a_terminal_shades_the_cells_and_a_pipe_does_not() -> None:
    assert "48;2;20;64;103" in terminal_text(100, colour=True)
    assert "\x1b" not in terminal_text(100, colour=False)


def test_ages_that_do_not_fit_are_left_out_from_the_right() -> None:
    text = terminal_text(36, colour=False)
    assert "30" in text
    assert "~" not in text
    assert "1 further age does not fit here" in text
    assert "not fit" not in terminal_text(100, colour=False)
