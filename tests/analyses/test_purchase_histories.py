"""Purchase histories: by hand, on both sides of a split."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from shops import TODAY, settings, shop, silent
from wieder.analyses.purchase_histories import make_purchase_days, model_histories, purchase_histories
from wieder.analysis import Question, prepare

if TYPE_CHECKING:
    from wieder.database import Connection

ROWS = [
    ("1", "a", "2024-01-01 09:00", "10"),
    ("2", "a", "2024-01-01 18:00", "5"),  # the same day: one purchase
    ("3", "a", "2024-01-11", "20"),
    ("4", "a", "2024-02-10", "40"),
    ("5", "b", "2024-01-05", "50"),
    ("6", "c", "2024-01-31", "60"),  # the last day before the split
    ("7", "d", "2024-02-01", "70"),  # born after it
    ("8", None, "2024-01-21", "80"),
]
SPLIT, END = date(2024, 2, 1), date(2024, 3, 1)


@pytest.fixture
def con() -> Connection:
    con = shop(ROWS)
    prepare(con, Question(as_of=END, today=TODAY), settings(), silent)
    make_purchase_days(con)
    return con


def test_a_split_tells_what_was_known_from_what_came(con: Connection) -> None:
    keys = dict(con.execute("select customer, customer_key from customer_keys").fetchall())
    rows = {keys[row["customer"]]: row for row in purchase_histories(con, SPLIT, END).to_dicts()}
    assert set(rows) == {"a", "b", "c"}
    a = rows["a"]
    assert (a["first_day"], a["last_day"]) == (date(2024, 1, 1), date(2024, 1, 11))
    assert (a["orders"], a["purchase_days"], a["revenue"], a["repeat_revenue"]) == (3, 2, 35.0, 20.0)
    assert (a["future_days"], a["future_orders"], a["future_revenue"]) == (1, 1, 40.0)
    assert (rows["b"]["future_days"], rows["b"]["future_revenue"]) == (0, 0.0)
    assert rows["b"]["repeat_revenue"] == 0.0


def test_without_a_horizon_nothing_is_said_of_the_future(con: Connection) -> None:
    known = purchase_histories(con, END)
    assert known.height == 4
    assert known["future_days"].null_count() == known["future_revenue"].null_count() == 4


def test_who_bought_first_on_the_last_day_has_age_0(con: Connection) -> None:
    customers = purchase_histories(con, SPLIT, END)
    histories, places = model_histories(customers, SPLIT)
    told = {
        key: (int(histories.repeats[place]), int(histories.recency[place]), int(histories.age[place]))
        for key, place in zip(customers["first_day"], places, strict=True)
    }
    assert told[date(2024, 1, 1)] == (1, 10, 30)
    assert told[date(2024, 1, 5)] == (0, 0, 26)
    assert told[date(2024, 1, 31)] == (0, 0, 0)
    assert histories.total == 3
