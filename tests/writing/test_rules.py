from __future__ import annotations

import polars as pl

from wieder.asking.grid import Tone
from wieder.counting.quality import RULES, SCHEMA
from wieder.locale import texts
from wieder.writing.rules import rules_grid

FRAME = pl.DataFrame(
    [
        ("duplicates", "crossed", 0.25, 0.01, 1, "1, 2", "look"),
        ("freshness", "unknown", None, None, None, None, "load"),
    ],
    schema=dict(SCHEMA),
    orient="row",
)


def test_a_crossed_rule_stands_out_and_an_unknown_one_does_not() -> None:
    grid = rules_grid(FRAME, "en")
    rows = [[cell.text for cell in row.cells] for row in grid.rows]
    assert rows[0] == ["Orders that came twice", "CROSSED", "0.25", "0.01", "1", "1, 2"]
    assert rows[1][2:] == ["–", "–", "–", ""]
    assert [row.cells[0].tone for row in grid.rows] == [Tone.BAD, Tone.FAINT]


def test_every_rule_has_a_name_in_both_languages() -> None:
    for lang in ("de", "en"):
        assert all(texts(lang)(f"quality.rules.{rule.slug}") for rule in RULES)
