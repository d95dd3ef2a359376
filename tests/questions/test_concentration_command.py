from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wieder.questions.concentration import CONCENTRATION, LORENZ, PARTS

if TYPE_CHECKING:
    from outcomes import Wieder


def test_the_concentration_of_a_file_is_its_table(wieder: Wieder) -> None:
    outcome = wieder("concentration", "orders.csv", "--as-of", "2024-03-01")
    assert outcome.code == 0
    assert outcome.out.decode().splitlines()[0] == ",".join(CONCENTRATION.schema)
    rows = {row["part"]: row for row in outcome.rows()}
    assert list(rows) == list(PARTS)
    assert (rows["all"]["customers"], rows["all"]["revenue"], rows["all"]["gini"]) == ("2", "100.0000", "0.0")


def test_the_curve_has_a_point_per_percent(wieder: Wieder) -> None:
    outcome = wieder("concentration", "orders.csv", "--lorenz", "--as-of", "2024-03-01")
    assert outcome.out.decode().splitlines()[0] == ",".join(LORENZ.schema)
    assert len(outcome.rows()) == 101


@pytest.mark.parametrize(("lang", "part"), [("de", "Beste 20 %"), ("en", "Top 20%")])
def test_readers_see_the_parts_in_words(wieder: Wieder, lang: str, part: str) -> None:
    table = wieder("concentration", "orders.csv", "--format", "table", "--lang", lang).out.decode()
    assert part in table
    assert "top_20" not in table
