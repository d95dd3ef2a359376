"""Thresholds and moves as readers see them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import inf
from typing import TYPE_CHECKING

import polars as pl
import pytest

from wieder.config import Segmentation
from wieder.questions.moves import COLUMNS
from wieder.questions.segments.grids import move_grids, threshold_grids, with_localised_segments
from wieder.questions.segments.schemes import SchemeName, scheme_of
from wieder.questions.segments.thresholds import Thresholds

if TYPE_CHECKING:
    from wieder.asking.grid import Grid

THRESHOLDS = Thresholds(
    as_of=date(2024, 3, 1),
    lookback_days=0,
    recency_days=(10.0, 20.5, 30.0, 40.0),
    orders=(1.0, 1.0, 2.0, 3.0),
    revenue=(10.0, 20.0, 30.0, inf),
    abc=(5.0, 50.0),
    vip=1234.5,
)
NO_VIP = Thresholds(
    as_of=date(2024, 3, 1),
    lookback_days=0,
    recency_days=(inf,) * 4,
    orders=(1.0, 2.0, 4.0, 9.0),
    revenue=(inf,) * 4,
    abc=(inf, inf),
    vip=inf,
)
MOVES = [
    (0, 1, "not yet a customer", "New", 3, 3, 4),
    (1, 1, "New", "New", 1, 3, 4),
    (1, 4, "New", "At risk", 2, 3, 2),
]


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in grid.rows]


def test_each_score_stands_over_its_values_and_few_days_are_the_best() -> None:
    (grid,) = threshold_grids(THRESHOLDS, scheme_of(Segmentation(), 180), "en", "EUR")
    assert texts(grid) == [
        ["R: days since the last order", "> 40", "≤ 40", "≤ 30", "≤ 20.50", "≤ 10"],
        ["F: orders", "≤ 1", "≤ 1", "≤ 2", "≤ 3", "> 3"],
        ["M: revenue of a customer", "≤ €10.00", "≤ €20.00", "≤ €30.00", "–", "–"],
    ]


@pytest.mark.parametrize(
    ("scheme", "cells"),
    [("abc", ["≥ 50,00 €", "≥ 5,00 €"]), ("vip", ["≥ 1.234,50 €"]), ("lifecycle", None)],
)
def test_classes_of_value_have_a_least_revenue(scheme: str, cells: list[str] | None) -> None:
    told_apart = replace(scheme_of(Segmentation(), 180), name=SchemeName(scheme))
    shown = threshold_grids(THRESHOLDS, told_apart, "de", "EUR")
    written = [[text.replace("\xa0", " ") for text in texts(grid)[0][1:]] for grid in shown]
    assert written == ([] if cells is None else [cells])


def test_an_unreachable_threshold_is_absent() -> None:
    scheme = scheme_of(Segmentation(scheme="vip"), 180)
    (grid,) = threshold_grids(NO_VIP, scheme, "en", "EUR")
    assert texts(grid) == [["M: revenue of a customer", "–"]]


def test_moves_are_a_matrix_whose_totals_add_up() -> None:
    (grid,) = grids_of_moves()
    assert grid.title == "Wechsel · 1. Januar 2024 – 31. Januar 2024"
    assert [heading.text for heading in grid.headings[1:]] == ["Neu", "Gefährdet", "Summe"]
    assert texts(grid) == [
        ["noch kein Kunde", "3", "0", "3"],
        ["Neu", "1", "2", "3"],
        ["Summe", "4", "2", "6"],
    ]


def test_moves_of_a_part_name_it() -> None:
    whole, part = grids_of_moves(("", ""), ("first_order.channel", ""))
    assert whole.title == "Wechsel · 1. Januar 2024 – 31. Januar 2024"
    assert part.title == f"{whole.title} · channel der ersten Bestellung: (nicht bekannt)"
    assert texts(part) == texts(whole)


def grids_of_moves(*parts: tuple[str, str]) -> tuple[Grid, ...]:
    """Return `MOVES` of January in German, once per part; without parts, for the whole shop."""
    rows = [
        (*part, date(2024, 1, 1), date(2024, 2, 1), *row, row[4] / row[5])
        for part in parts or [("", "")]
        for row in MOVES
    ]
    moves = pl.DataFrame(rows, schema={column.name: column.polars for column in COLUMNS}, orient="row")
    return move_grids(moves, scheme_of(Segmentation(scheme="lifecycle"), 180), "Wechsel", "de")


def test_names_that_are_not_ours_stay_as_they_are() -> None:
    scheme = scheme_of(Segmentation(scheme="rules", rules={"Neulinge": "orders = 1"}), 180)
    frame = pl.DataFrame({"customer_segment": ["Neulinge", "Other", None]})
    assert with_localised_segments(frame, scheme, "de")["customer_segment"].to_list() == [
        "Neulinge",
        "Übrige",
        None,
    ]
