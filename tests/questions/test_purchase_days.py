"""Purchase histories: by hand, before and after a cut-off date."""

from __future__ import annotations

from datetime import date

import pytest

from asked import asked_of, selected
from shops import known_shop, settings, silent
from wieder.asking.asked import ask
from wieder.asking.shop import Shop
from wieder.questions.backtest.purchase_days import PurchaseDays, model_histories

ROWS = [
    ("1", "a", "2024-01-01 09:00", "10"),
    ("2", "a", "2024-01-01 18:00", "5"),  # the same day: one purchase
    ("3", "a", "2024-01-11", "20"),
    ("4", "a", "2024-02-10", "40"),
    ("5", "b", "2024-01-05", "50"),
    ("6", "c", "2024-01-31", "60"),  # the last day before the cut-off date
    ("7", "d", "2024-02-01", "70"),  # first order after it
    ("8", None, "2024-01-21", "80"),
]
SPLIT, END = date(2024, 2, 1), date(2024, 3, 1)


@pytest.fixture
def days() -> PurchaseDays:
    return PurchaseDays(asked_of(known_shop(ROWS), as_of=END))


def test_histories_end_and_horizons_begin_at_the_cutoff(days: PurchaseDays) -> None:
    connection = days.asked.shop.connection
    keys = dict(connection.execute("select customer, customer_key from customer_keys").fetchall())
    rows = {keys[row["customer"]]: row for row in days.histories(SPLIT, END).to_dicts()}
    assert set(rows) == {"a", "b", "c"}
    a = rows["a"]
    assert (a["first_day"], a["last_day"]) == (date(2024, 1, 1), date(2024, 1, 11))
    assert (a["orders"], a["purchase_days"], a["revenue"], a["repeat_revenue"]) == (3, 2, 35.0, 20.0)
    assert (a["future_days"], a["future_orders"], a["future_revenue"]) == (1, 1, 40.0)
    assert (rows["b"]["future_days"], rows["b"]["future_revenue"]) == (0, 0.0)
    assert rows["b"]["repeat_revenue"] == 0.0


def test_without_a_horizon_future_purchases_are_null(days: PurchaseDays) -> None:
    known = days.histories(END)
    assert known.height == 4
    assert known["future_days"].null_count() == known["future_revenue"].null_count() == 4


def test_a_first_purchase_on_the_last_day_has_age_0(days: PurchaseDays) -> None:
    customers = days.histories(SPLIT, END)
    histories, places = model_histories(customers, SPLIT)
    told = {
        key: (int(histories.repeats[place]), int(histories.recency[place]), int(histories.age[place]))
        for key, place in zip(customers["first_day"], places, strict=True)
    }
    assert told[date(2024, 1, 1)] == (1, 10, 30)
    assert told[date(2024, 1, 5)] == (0, 0, 26)
    assert told[date(2024, 1, 31)] == (0, 0, 0)
    assert histories.total == 3


def test_each_report_date_has_its_own_purchases_in_any_order_of_calls() -> None:
    place = Shop(known_shop(ROWS), settings(), silent)
    early, late = (PurchaseDays(ask(place, selected(as_of=day))) for day in (SPLIT, END))
    known = [days.histories(SPLIT)["revenue"].sum() for days in (late, early, late)]
    assert known == [145.0, 145.0, 145.0]
    came = [days.histories(SPLIT, END)["future_revenue"].sum() for days in (late, early, late)]
    assert came == [40.0, 0.0, 40.0]
