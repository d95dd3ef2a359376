"""The command `wieder diff`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from outcomes import fails
from wieder.questions.changes.latest import CHANGES
from wieder.questions.changes.parts import PARTS

if TYPE_CHECKING:
    from outcomes import Wieder

DIFF = ("diff", "orders.csv", "--as-of", "2024-03-01")


def test_programs_get_one_row_per_kpi_and_comparison(wieder: Wieder) -> None:
    outcome = wieder(*DIFF, "--kpi", "revenue,orders")
    assert outcome.code == 0
    assert outcome.out.decode().splitlines()[0] == ",".join(CHANGES.schema)
    rows = outcome.rows()
    assert [(row["kpi"], row["against"]) for row in rows] == [
        ("orders", "previous"),
        ("orders", "year_before"),
        ("revenue", "previous"),
        ("revenue", "year_before"),
    ]
    assert (rows[2]["before"], rows[2]["value"], rows[2]["change"][:6]) == ("70.0", "42.5", "-0.392")


def test_by_a_column_the_parts_add_up(wieder: Wieder) -> None:
    outcome = wieder(*DIFF, "--by", "channel", "--kpi", "revenue")
    assert outcome.out.decode().splitlines()[0] == ",".join(PARTS.schema)
    effects = {row["segment"]: float(row["effect"]) for row in outcome.rows()}
    assert effects == {"app": -20.0, "web": -7.5}


@pytest.mark.parametrize(
    ("arguments", "lang", "text"),
    [
        ((), "en", "Usual range"),
        ((), "de", "Üblich (n)"),
        (("--by", "channel"), "en", "By its share (mix)"),
        (("--by", "channel"), "de", "Durch den Anteil (Mix)"),
    ],
)
def test_readers_see_a_table_in_their_language(
    wieder: Wieder, arguments: tuple[str, ...], lang: str, text: str
) -> None:
    assert text in wieder(*DIFF, *arguments, "--format", "markdown", "--lang", lang).out.decode()


def test_kpis_that_cannot_be_split_are_named(wieder: Wieder) -> None:
    every = wieder(*DIFF, "--by", "channel")
    assert "median_order_value" in every.err
    assert "[not-split]" in every.err
    assert "[not-split]" not in wieder(*DIFF, "--by", "channel", "--kpi", "revenue").err


def test_an_unknown_kpi_is_refused(wieder: Wieder) -> None:
    assert "did you mean revenue" in fails(wieder(*DIFF, "--kpi", "revenues"), 2)


def test_without_periods_there_is_no_change(wieder: Wieder) -> None:
    assert "--period" in fails(wieder(*DIFF, "--period", "all"), 2)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--against", "year_before"), "--by"),
        (("--restated", "--by", "channel", "--history", "kept"), "--by"),
    ],
)
def test_options_without_effect_are_refused(wieder: Wieder, arguments: tuple[str, ...], says: str) -> None:
    assert says in fails(wieder(*DIFF, *arguments), 2)
