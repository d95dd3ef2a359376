"""Choice of the activity window from the data."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

from asked import asked_of
from shops import settings, shop
from wieder.config import Retention, Settings
from wieder.config.reading import load_settings
from wieder.counting.window import choose_window, gap_quantile, holdout_cutoffs, weigh_windows
from wieder.database import frame, script
from wieder.errors import DataError, UsageError

if TYPE_CHECKING:
    from wieder.notices import Notice

START = date(2023, 1, 1)


def pairs(*rows: tuple[int, int | None, int]) -> pl.DataFrame:
    """Order pairs: days from `START` to an order and to the next one, and their number."""
    days = [
        (START + timedelta(days=a), None if b is None else START + timedelta(days=b), n) for a, b, n in rows
    ]
    return pl.DataFrame(days, schema={"day": pl.Date, "next_day": pl.Date, "n_pairs": pl.Int64}, orient="row")


def test_pairs_are_days_of_orders_and_of_the_next() -> None:
    con = shop(
        [
            ("1", "a", "2024-01-01", "1"),
            ("2", "a", "2024-01-01 12:00", "1"),
            ("3", "a", "2024-01-05", "1"),
            ("4", "b", "2024-01-01", "1"),
            ("5", "b", "2024-01-05", "1"),
            ("6", None, "2024-01-02", "1"),
            ("7", "a", "2024-02-01", "1"),
            ("8", "b", "2024-01-07", "1", {"status": "cancelled"}),
        ]
    )
    asked_of(con, rules=Settings()).connected()
    found = frame(con, script("asking/order_gaps"), {"as_of": date(2024, 2, 1)})
    assert found.rows() == [(date(2024, 1, 1), date(2024, 1, 5), 2), (date(2024, 1, 5), None, 2)]


@pytest.mark.parametrize(("share", "gap"), [(0.8, 20), (0.81, 30), (0.9, 30), (1.0, 30), (0.1, 10)])
def test_a_quantile_is_the_smallest_gap_that_reaches_the_share(share: float, gap: int) -> None:
    assert gap_quantile(pairs((0, 10, 5), (0, 20, 3), (0, 30, 2), (0, None, 90)), share) == gap


def test_holdouts_lie_between_a_horizon_of_history_and_a_horizon_of_future() -> None:
    moments = holdout_cutoffs(date(2024, 1, 1), date(2024, 7, 1), 50)
    assert moments == [date(2024, 5, 12), date(2024, 4, 12), date(2024, 3, 13)]
    assert holdout_cutoffs(date(2024, 1, 1), date(2024, 3, 1), 50) == []


def test_the_best_window_has_the_smallest_mean_error() -> None:
    """At day 100: silent for 5 days 9 come back and 10 do not, for 20 one and 30, for 60 none and 80.

    With 5 days 1 of 10 is called lost wrongly and 10 of 120 active wrongly; with 20, 0 of 10 and 40 of 120.
    """
    holdout = pairs((95, 110, 9), (95, None, 10), (80, 105, 1), (80, None, 30), (40, None, 70), (40, 200, 10))
    moments = [START + timedelta(days=100)] * 3
    best = weigh_windows(holdout, moments, 30)
    assert best is not None
    assert (best.window_days, best.cutoffs) == (5, 3)
    assert best.error == pytest.approx((1 / 10 + 10 / 120) / 2, rel=1e-12)


@pytest.mark.parametrize(("n_wrong", "days"), [(89, 5), (91, None)])
def test_a_window_that_hardly_beats_a_coin_is_not_chosen(n_wrong: int, days: int | None) -> None:
    """Of 100 who come back, `n_wrong` are called lost by 5 days; of 100 who do not, one is called active."""
    back, gone = pairs((95, 110, 100 - n_wrong), (80, 110, n_wrong)), pairs((95, None, 1), (80, None, 99))
    best = weigh_windows(pl.concat([back, gone]), [START + timedelta(days=100)] * 3, 30)
    assert (best and best.window_days) == days


def test_too_few_holdouts_and_useless_windows_choose_nothing() -> None:
    day_100 = START + timedelta(days=100)
    same = pairs((95, 110, 5), (95, None, 5), (80, 110, 5), (80, None, 5))
    assert weigh_windows(same, [day_100, day_100], 30) is None
    assert weigh_windows(same, [day_100] * 3, 30) is None
    assert weigh_windows(pairs((95, None, 5)), [day_100] * 3, 30) is None
    assert choose_window(pairs((95, None, 5)), START, day_100) is None


def test_a_short_history_is_judged_by_its_gaps() -> None:
    choice = choose_window(pairs((0, 10, 9), (0, 20, 1)), START, START + timedelta(days=40))
    assert choice is not None
    assert (choice.days, choice.usual_gap, choice.other_gap, choice.holdouts) == (10, 10, 10, None)
    assert "too short" in choice.notice.message


def regulars(every: int, until: int) -> list[tuple[str, str, str, str]]:
    """Ten customers who order every few days: five until the end, five until day 150."""
    return [
        (f"{customer}-{day}", f"c{customer}", str(START + timedelta(days=customer + day)), "1")
        for customer in range(10)
        for day in range(0, until if customer % 2 else 150, every)
    ]


def window_of(rows: list[tuple[str, str, str, str]], options: Settings) -> tuple[int, list[Notice]]:
    heard: list[Notice] = []
    asked = asked_of(shop(rows), rules=options, notify=heard.append, as_of=START + timedelta(days=390))
    return asked.scope.window_days, heard


AUTO = Settings(retention=Retention(window_days="auto"))


def test_monthly_customers_are_lost_after_a_month() -> None:
    days, heard = window_of(regulars(every=30, until=380), AUTO)
    [notice] = [notice for notice in heard if notice.slug == "window"]
    assert 20 <= days <= 30
    assert notice.message.startswith(f"a customer is active for {days} days: lowest error (")
    assert "at 12 cut-off dates, 30 days ahead" in notice.message
    assert "nine of ten gaps between purchases are at most 30 days" in notice.message
    assert notice.remedy == "to go by the gaps: --window 30"


def test_a_window_from_the_settings_is_not_replaced() -> None:
    days, heard = window_of(regulars(every=30, until=380), settings(window=77))
    assert days == 77
    assert "window" not in {notice.slug for notice in heard}


def test_without_a_second_purchase_there_is_nothing_to_go_by() -> None:
    with pytest.raises(DataError, match="ordered on two days") as caught:
        window_of([("1", "a", "2023-01-01", "1")], AUTO)
    assert "--window" in caught.value.remedy


def test_settings_hold_a_number_of_days_or_auto() -> None:
    path = ("retention", "window_days")
    assert load_settings(None, {}, {path: "auto"}).retention.window_days == "auto"
    for value in ("soon", 0, -1, 1.5):
        with pytest.raises(UsageError, match="window_days"):
            load_settings(None, {}, {path: value})
