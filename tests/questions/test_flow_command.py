from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from outcomes import fails
from wieder.questions.flow import FLOW
from wieder.questions.revenue_retention import REVENUE_RETENTION

if TYPE_CHECKING:
    from outcomes import Wieder

SPAN = ("--as-of", "2024-03-01", "--window", "27")


def test_the_flow_of_a_file_is_its_table(wieder: Wieder) -> None:
    outcome = wieder("flow", "orders.csv", *SPAN)
    assert outcome.code == 0
    assert outcome.out.decode().splitlines()[0] == ",".join(FLOW.schema)
    [january, february] = outcome.rows()
    assert (january["state"], january["new"]) == ("none", "")
    names = ("active_start", "new", "reactivated", "lost", "active_end")
    assert [february[name] for name in names] == ["2", "0", "0", "1", "1"]


@pytest.mark.parametrize(("lang", "heading"), [("de", "Reaktiviert"), ("en", "Reactivated")])
def test_readers_see_a_table_in_their_language(wieder: Wieder, lang: str, heading: str) -> None:
    assert heading in wieder("flow", "orders.csv", *SPAN, "--format", "table", "--lang", lang).out.decode()


def test_top_keeps_the_largest_segments(wieder: Wieder) -> None:
    rows = wieder("flow", "orders.csv", *SPAN, "--by", "channel", "--top", "1").rows()
    assert {row["segment"] for row in rows} == {"", "(other)", "web"}


def test_readers_see_the_other_segments_in_their_language(wieder: Wieder) -> None:
    for command in ("flow", "kpis"):
        arguments = (command, "orders.csv", "--by", "channel", "--top", "1", "--format", "table")
        assert "(other)" in wieder(*arguments).out.decode()
        assert "(übrige)" in wieder(*arguments, "--lang", "de").out.decode()


def test_top_needs_something_to_cut_by(wieder: Wieder) -> None:
    assert "--by" in fails(wieder("flow", "orders.csv", "--top", "3"), 2)


def test_the_flow_of_money_is_another_table(wieder: Wieder) -> None:
    outcome = wieder("flow", "orders.csv", "--revenue", "--as-of", "2024-03-01")
    assert outcome.out.decode().splitlines()[0] == ",".join(REVENUE_RETENTION.schema)
    assert {row["state"] for row in outcome.rows()} == {"none"}
    assert "NRR" in wieder("flow", "orders.csv", "--revenue", "--format", "table").out.decode()


def test_the_flow_of_money_is_not_one_of_days(wieder: Wieder) -> None:
    assert "--period month" in fails(wieder("flow", "orders.csv", "--revenue", "--period", "day"), 2)
