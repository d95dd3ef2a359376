"""Gaps and sequence of purchases: counted by hand, and laws."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from asked import answered, asked_of, confirm
from shops import known_shop, settings, shop
from wieder.questions.gaps import QUESTION as GAPS
from wieder.questions.sequence import QUESTION as SEQUENCE

if TYPE_CHECKING:
    from wieder.asking.answer import Answer
    from wieder.asking.question import Question
    from wieder.database import Connection

ROWS = [
    ("1", "a", "2024-01-01", "10"),
    ("2", "a", "2024-01-11", "20"),
    ("3", "a", "2024-01-11 18:00", "30"),  # twice on a day
    ("4", "a", "2024-03-01", "40"),
    ("5", "b", "2024-01-05", "50"),
    ("6", "b", "2024-02-04", "60"),
    ("7", "c", "2024-02-20", "70"),
    ("8", None, "2024-02-21", "80"),
]
AS_OF = date(2024, 4, 1)


def confirmed(
    question: Question[Any],
    con: Connection,
    pooled: int = 3,
    *,
    occasion: str = "order",
    as_of: date = AS_OF,
    **selection: Any,
) -> Answer[None]:
    """Return the table, confirmed by the witness."""
    asked = asked_of(con, rules=settings(occasion=occasion), as_of=as_of, **selection)
    found: Answer[None] = answered(question, asked, pooled=pooled)
    confirm(asked, found)
    return found


def row_of(found: Answer[None], step: str, segment: str = "") -> dict[str, Any]:
    [row] = found.frame.filter(step=step, segment=segment).to_dicts()
    return row


def test_gaps_are_grouped_by_the_number_of_the_purchase() -> None:
    found = confirmed(GAPS, known_shop(ROWS))
    assert found.frame["step"].to_list() == ["1-2", "2-3", "3+", "all"]
    first = row_of(found, "1-2")
    assert (first["purchases"], first["gaps"], first["waiting"]) == (3, 2, 1)
    assert (first["gap_p25"], first["gap_median"], first["gap_p75"]) == (15, 20, 25)
    assert row_of(found, "2-3")["gap_median"] == 0
    assert (row_of(found, "3+")["gap_median"], row_of(found, "3+")["waiting"]) == (50, 1)
    assert (row_of(found, "all")["gaps"], row_of(found, "all")["waiting"]) == (4, 3)


def test_customers_who_have_not_come_back_are_waiting() -> None:
    """Of three customers, one is back after 10 days, one after 30; the third was observed for 40 days."""
    first = row_of(confirmed(GAPS, known_shop(ROWS)), "1-2")
    assert first["waiting_30d"] == pytest.approx(1 / 3)
    assert 0 < first["waiting_30d_low"] < 1 / 3 < first["waiting_30d_high"] < 1
    assert first["km_median"] == 30
    assert first["waiting_60d"] is None  # no customer was observed for that long without another purchase


def test_the_last_known_day_is_the_one_before_as_of() -> None:
    con = shop([("1", "a", "2024-01-01", "1"), ("2", "b", "2024-01-01", "1"), ("3", "a", "2024-01-20", "1")])
    watched_for_30_days = confirmed(GAPS, con, as_of=date(2024, 2, 1))
    assert row_of(watched_for_30_days, "1-2")["waiting_30d"] == 0.5
    watched_for_29_days = confirmed(GAPS, con, as_of=date(2024, 1, 31))
    assert row_of(watched_for_29_days, "1-2")["waiting_30d"] is None


def test_orders_of_one_day_are_one_purchase_where_occasions_are_days() -> None:
    con = known_shop(ROWS)
    assert row_of(confirmed(GAPS, con, occasion="day"), "2-3")["gap_median"] == 50
    second = row_of(confirmed(SEQUENCE, con, occasion="day"), "2")
    assert (second["customers"], second["orders"], second["revenue"]) == (2, 3, 110)


def test_the_sequence_has_the_share_of_customers_who_buy_again() -> None:
    found = confirmed(SEQUENCE, known_shop(ROWS))
    assert found.frame["step"].to_list() == ["1", "2", "3+"]
    assert found.frame["customers"].to_list() == [3, 2, 1]
    assert found.frame["continued"].to_list() == [2, 1, 1]
    assert found.frame["continued_share"].to_list() == pytest.approx([2 / 3, 1 / 2, 1])
    assert found.frame["share_of_customers"].to_list() == pytest.approx([1, 2 / 3, 1 / 3])
    assert found.frame["median_gap"].to_list() == [None, 20, 25]
    assert found.frame["orders"].to_list() == [3, 2, 2]
    assert found.frame["average_order_value"].to_list() == pytest.approx([130 / 3, 40, 35])
    assert (found.frame["ci_low"] < found.frame["continued_share"]).all()


def test_from_and_to_choose_customers_by_their_first_order() -> None:
    selection: dict[str, Any] = {"since": date(2024, 2, 1), "until": date(2024, 3, 1)}
    found = confirmed(SEQUENCE, known_shop(ROWS), **selection)
    assert found.frame["customers"].to_list() == [1]
    assert confirmed(GAPS, known_shop(ROWS), **selection).frame["purchases"].to_list() == [1, 1]


def test_without_known_customers_there_are_no_rows() -> None:
    con = shop([("1", None, "2024-01-01", "1")])
    assert confirmed_empty(GAPS, con) == confirmed_empty(SEQUENCE, con) == 0


def confirmed_empty(question: Question[Any], con: Connection) -> int:
    return answered(question, asked_of(con, as_of=AS_OF), pooled=3).frame.height


ORDERS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.integers(0, 80), st.integers(10, 12), st.sampled_from("xy")),
    min_size=1,
    max_size=30,
)
lawful = hypothesis_settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def rows_of(orders: Any) -> list[tuple[Any, ...]]:
    start = date(2024, 1, 1)
    return [
        (str(n), customer, f"{start + timedelta(days=day)} {hour}:00", str(n + 1), {"channel": channel})
        for n, (customer, day, hour, channel) in enumerate(orders)
    ]


@lawful
@given(ORDERS, st.sampled_from(["order", "day"]), st.integers(2, 4))
def test_laws_of_the_sequence(orders: Any, occasion: str, pooled: int) -> None:
    rows = rows_of(orders)
    found = confirmed(SEQUENCE, shop(rows), pooled, occasion=occasion, by=("channel",)).frame
    whole = found.filter(dimension="")
    assert whole["orders"].sum() == len(rows)
    assert whole["revenue"].sum() == sum(Decimal(row[3]) for row in rows)
    assert whole["customers"].to_list()[1:] == [n for n in whole["continued"].to_list()[:-1] if n]
    by_number = found.filter(pl.col("dimension") != "").group_by("number").agg(pl.col("customers").sum())
    assert by_number.sort("number")["customers"].to_list() == whole["customers"].to_list()


@lawful
@given(ORDERS, st.sampled_from(["order", "day"]), st.integers(0, 9))
def test_laws_of_gaps(orders: Any, occasion: str, seed: int) -> None:
    rows = rows_of(orders)
    shuffled = random.Random(seed).sample(rows, len(rows))  # noqa: S311
    found, again = (
        confirmed(GAPS, shop(some), occasion=occasion, by=("channel",)).frame for some in (rows, shuffled)
    )
    assert found.equals(again)
    by_step = found.filter(pl.col("dimension") == "", pl.col("step") != "all")
    everything = found.filter(dimension="", step="all")
    assert everything["gaps"].item() == by_step["gaps"].sum()
    assert everything["waiting"].item() == len({row[1] for row in rows})
