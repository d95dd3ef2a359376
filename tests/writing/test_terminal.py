from __future__ import annotations

from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING

import polars as pl
import pytest
from rich.console import Console, Group

from golden_files import check
from made_up_shop import MONTHS, bridge, by_channel, monthly
from nasty import FRAME, NASTY_REGISTRY, QUARTERS, nasty_results
from wieder.kpis import REGISTRY
from wieder.periods import PeriodKind
from wieder.writing import terminal
from wieder.writing.bridge_grids import bridge_grid, load_grid
from wieder.writing.grids import frame_grid
from wieder.writing.kpi_grids import kpi_grids
from wieder.writing.numbers import numbers_for
from wieder.writing.readings import readings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from wieder.kpis.base import Kpi
    from wieder.locale.text import Lang


def shown(renderable: RenderableType, width: int = 100, *, colour: bool = False) -> str:
    target = StringIO()
    console = Console(
        file=target, width=width, force_terminal=colour, color_system="truecolor" if colour else None
    )
    console.print(renderable)
    return "".join(f"{line.rstrip()}\n" for line in target.getvalue().splitlines())


def kpi_table(
    results: pl.DataFrame, registry: Mapping[str, Kpi], lang: Lang, currency: str, kind: PeriodKind
) -> RenderableType:
    return Group(*map(terminal.grid_table, kpi_grids(results, registry, lang, currency, kind)))


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_kpis_of_two_quarters(lang: Lang) -> None:
    results = nasty_results().filter(pl.col("period_start") >= QUARTERS[2].start)
    table = kpi_table(results, NASTY_REGISTRY, lang, "EUR", PeriodKind.QUARTER)
    check(f"kpis.{lang}.txt", shown(table).encode())


def test_the_nasty_frame_cannot_move_the_cursor() -> None:
    text = shown(terminal.grid_table(frame_grid(FRAME, "en", "[bold]not bold[/oops]")), 120)
    assert "\x1b" not in text
    assert "[bold]not bold[/oops]" in text
    check("nasty.txt", text.encode())


def test_nasty_results_make_one_block_per_period_and_segment() -> None:
    results = pl.concat([nasty_results(), nasty_results("channel", "[/oops]\x1b]8;;http://x\x07")])
    text = shown(kpi_table(results, NASTY_REGISTRY, "en", "EUR", PeriodKind.QUARTER))
    assert [line for line in text.splitlines() if line.startswith("Q")] == [
        line
        for quarter in range(1, 5)
        for line in (f"Q{quarter} 2023", f"Q{quarter} 2023 · channel: [/oops]␛]8;;http://x␇")
    ]
    assert ">99.9%" in text
    assert "<0.1%" in text


def test_intervals_are_below_their_values_on_narrow_screens() -> None:
    table = kpi_table(nasty_results(), NASTY_REGISTRY, "en", "", PeriodKind.QUARTER)
    wide = [line.split() for line in shown(table, 120).splitlines()]
    narrow = [line.split() for line in shown(table, 70).splitlines()]
    assert ["Repeat", "rate", "58.3%", "53.3–63.3%", "±0.0", "pts", "–", "12", "partial"] in wide
    row = narrow.index(["Repeat", "rate", "58.3%", "±0.0", "pts", "–", "12", "partial"])
    assert narrow[row + 1] == ["53.3–63.3%"]


def test_numbers_are_kept_whole_on_eighty_columns() -> None:
    last = by_channel().filter(pl.col("period_start") == MONTHS[-1].start)
    text = shown(kpi_table(last, REGISTRY, "de", "EUR", PeriodKind.MONTH), 80)
    assert max(map(len, text.splitlines())) <= 80
    for reading in readings(last):
        if reading.kpi == "revenue":
            assert numbers_for("de", "EUR").money(reading.value).replace("\N{NO-BREAK SPACE}", " ") in text
    assert "(nicht bekannt)" in text


def test_good_and_bad_changes_differ_by_direction_not_by_sign() -> None:
    churn = monthly().filter(pl.col("kpi") == "churn_rate").tail(1).with_columns(previous_change=0.02)
    text = shown(kpi_table(churn, REGISTRY, "en", "EUR", PeriodKind.MONTH), colour=True)
    assert "\x1b[31m+2.0" in text


def test_a_span_that_is_not_cut_has_no_comparisons() -> None:
    text = shown(kpi_table(monthly().tail(1), REGISTRY, "en", "EUR", PeriodKind.ALL))
    assert "previous" not in text


def test_the_bridge_reads_as_an_addition() -> None:
    check("bridge.de.txt", shown(terminal.grid_table(bridge_grid(bridge(), "de", "EUR"))).encode())


def test_explain_shows_the_arithmetic_and_the_witness() -> None:
    reading = readings(nasty_results())[18]
    kpi = NASTY_REGISTRY["repeat_purchase_rate_90d"]
    text = shown(terminal.explain_page(kpi, reading, "en", "EUR", PeriodKind.QUARTER))
    for part in (
        "repeat_purchase_rate_90d v1",
        "7 / 12",
        "58.3%",
        "partial",
        "after 90 days",
        "select 1 as [/one]",
    ):
        assert part in text


def test_several_files_are_summed() -> None:
    loads = pl.DataFrame(
        {
            "file": ["a.csv", "[b].csv"],
            "rows_read": [10, 5],
            "rows_rejected": [1, 0],
            "amount_read": [Decimal("100.10"), Decimal("50.05")],
            "amount_rejected": [Decimal("0.10"), Decimal(0)],
            "amount_left_out": [Decimal(0), Decimal(0)],
        }
    )
    lines = shown(terminal.grid_table(load_grid(loads, "en", "EUR"))).splitlines()
    rows = [line.split() for line in lines if line.strip()]
    assert ["a.csv", "10", "1", "€100.00"] in rows
    assert ["[b].csv", "5", "0", "€50.05"] in rows
    assert ["2", "files", "15", "1", "€150.05"] in rows
