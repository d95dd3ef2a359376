from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import polars as pl
import pytest
from rich.console import Console

from golden_files import check
from made_up_shop import MONTHS, report_inputs
from nasty import NASTY_REGISTRY, nasty_inputs
from wieder.kpis import REGISTRY
from wieder.periods import PeriodKind
from wieder.report.summary import HEIGHT, WIDTH, summarise, summary_page, trend

if TYPE_CHECKING:
    from wieder.locale.text import Lang
    from wieder.report.findings import Findings


def shown(inputs: Findings, *, width: int = WIDTH) -> str:
    target = StringIO()
    registry = NASTY_REGISTRY if not inputs.verified else REGISTRY
    Console(file=target, width=width).print(summary_page(summarise(inputs, registry)))
    return "".join(f"{line.rstrip()}\n" for line in target.getvalue().splitlines())


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_summary_fits_the_screen(lang: Lang) -> None:
    text = shown(report_inputs(lang=lang))
    lines = text.splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert len(lines) < HEIGHT
    check(f"summary.{lang}.txt", text.encode())


@pytest.mark.parametrize("lang", ["de", "en"])
def test_amounts_of_millions_still_fit(lang: Lang) -> None:
    results = report_inputs().results
    is_money = pl.col("kpi").is_in(["revenue", "customer_lifetime_value"])
    large = pl.when(is_money).then(98_765_432.1).otherwise("value").alias("value")
    lines = shown(report_inputs(lang=lang, results=results.with_columns(large))).splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert len(lines) < HEIGHT
    assert "…" not in "".join(lines)


def test_a_title_cannot_move_the_cursor_or_be_markup() -> None:
    text = shown(nasty_inputs("en", title="\x1b[2J[/oops]"))
    assert "\x1b" not in text
    assert "␛[2J[/oops]" in text


def test_a_value_that_is_final_only_earlier_names_its_period() -> None:
    assert "(Dec 2024)" in shown(report_inputs())


def test_a_single_period_has_no_changes_and_no_trend() -> None:
    inputs = report_inputs()
    last = inputs.results.filter(pl.col("period_start") == MONTHS[-1].start)
    summary = summarise(report_inputs(kind=PeriodKind.ALL, results=last), REGISTRY)
    assert len(summary.headings) == 2
    assert {row.changes for row in summary.rows} == {()}
    assert {row.trend for row in summary.rows} == {""}


def test_a_trend_runs_from_the_lowest_block_to_the_highest_and_shows_gaps() -> None:
    assert trend([0.0, 1.0, None, 7.0, 8.0]) == "▁▂·██"
    assert trend([3.0, 3.0]) == "▅▅"
    assert trend([None, 3.0]) == ""
    assert trend([]) == ""
