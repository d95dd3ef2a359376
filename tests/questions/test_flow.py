"""New, retained, reactivated and lost customers."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from asked import answered, asked_of, confirm, disagreeing
from shops import known_shop, settings, shop
from wieder.periods import PeriodKind
from wieder.questions.flow import QUESTION

if TYPE_CHECKING:
    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.database import Connection

COUNTS = ["active_start", "new", "retained", "reactivated", "lost", "new_lapsed", "active_end"]

ROWS = [
    ("0", "z", "2023-10-01", "1"),  # the data begin
    ("1", "a", "2024-01-10", "1"),  # active on 1 April, and again at its end
    ("2", "b", "2024-02-01", "1"),  # lost in April: silent for more than 60 days from the 1st on
    ("3", "c", "2023-11-01", "1"),  # lapsed long ago, back in April
    ("4", "a", "2024-03-15", "1"),
    ("5", "a", "2024-04-15", "1"),
    ("6", "c", "2024-04-20", "1"),
    ("7", "d", "2024-04-30", "1"),  # new
    ("8", "e", "2024-02-20", "1"),  # stays active without an order, until 19 April
    ("9", "f", "2024-03-20", "1"),  # stays active without an order
]


def asked_by(
    con: Connection, kind: PeriodKind = PeriodKind.MONTH, window: int = 60, **selection: Any
) -> Asked:
    return asked_of(con, kind, settings(window=window), **selection)


def flow_of(
    con: Connection, kind: PeriodKind = PeriodKind.MONTH, window: int = 60, **selection: Any
) -> Answer[None]:
    return answered(QUESTION, asked_by(con, kind, window, **selection))


def counts_of(found: Answer[None], start: date, segment: str = "") -> dict[str, int | None]:
    [row] = found.frame.filter(period_start=start, segment=segment).select(COUNTS).to_dicts()
    return row


def broken_identities(flow: pl.DataFrame) -> pl.DataFrame:
    came = pl.col("active_start") + pl.col("new") + pl.col("reactivated")
    kept = pl.col("active_start") - pl.col("lost")
    return flow.filter(
        (came - pl.col("lost") != pl.col("active_end")) | (kept != pl.col("retained")) | (pl.col("lost") < 0)
    )


def test_one_month_counted_by_hand() -> None:
    found = flow_of(known_shop(ROWS), as_of=date(2024, 5, 1))
    assert counts_of(found, date(2024, 4, 1)) == {
        "active_start": 4,  # a, b, e, f
        "new": 1,  # d
        "retained": 2,  # a, f
        "reactivated": 1,  # c
        "lost": 2,  # b, e
        "new_lapsed": 0,
        "active_end": 4,  # a, c, d, f
    }
    [row] = found.frame.filter(period_start=date(2024, 4, 1)).to_dicts()
    assert (row["quick_ratio"], row["state"], row["window_days"]) == (1.0, "final", 60)


def test_new_customers_who_lapse_in_the_period_are_a_part_of_their_own() -> None:
    rows = [*ROWS, ("10", "g", "2024-04-05", "1")]
    found = flow_of(shop(rows), window=10, as_of=date(2024, 5, 1))
    assert counts_of(found, date(2024, 4, 1)) == {
        "active_start": 0,
        "new": 1,  # d
        "retained": 0,
        "reactivated": 0,  # c came back on the 20th, and lapsed on the 30th
        "lost": 0,
        "new_lapsed": 1,  # g
        "active_end": 1,
    }


def test_without_a_loss_there_is_no_quick_ratio() -> None:
    found = flow_of(known_shop(ROWS), window=10, as_of=date(2024, 5, 1))
    [row] = found.frame.filter(period_start=date(2024, 4, 1)).to_dicts()
    assert (row["lost"], row["quick_ratio"]) == (0, None)


def test_counts_are_unknown_while_the_history_is_shorter_than_the_window() -> None:
    found = flow_of(known_shop(ROWS), as_of=date(2024, 5, 1))
    states = dict(found.frame.select("period_start", "state").iter_rows())
    assert states[date(2023, 11, 1)] == "none"
    assert states[date(2023, 12, 1)] == "final"  # 61 days after 1 October
    assert set(counts_of(found, date(2023, 11, 1)).values()) == {None}


def test_the_period_that_is_not_over_ends_at_as_of() -> None:
    found = flow_of(known_shop(ROWS), as_of=date(2024, 4, 16), incomplete=True)
    april = counts_of(found, date(2024, 4, 1))
    assert (april["active_start"], april["lost"], april["new"]) == (4, 1, 0)
    assert found.frame["state"].to_list()[-1] == "partial"


def test_orders_after_the_span_shown_do_not_matter() -> None:
    con = shop([*ROWS, ("10", "b", "2024-05-02", "1"), ("11", "d", "2024-05-03", "1")])
    april: dict[str, Any] = {"since": date(2024, 4, 1), "until": date(2024, 5, 1)}
    whole = flow_of(con, PeriodKind.ALL, as_of=date(2024, 5, 20), **april)
    month = flow_of(known_shop(ROWS), as_of=date(2024, 5, 1))
    assert counts_of(whole, date(2024, 4, 1)) == counts_of(month, date(2024, 4, 1))


def test_a_new_shop_of_one_order_has_no_flow_yet() -> None:
    found = flow_of(shop([("1", "a", "2024-01-05", "1")]), as_of=date(2024, 3, 1))
    assert found.frame["state"].to_list() == ["none", "none"]


def test_anonymous_orders_are_not_customers() -> None:
    anonymous = [(f"x{month}", None, f"2024-0{month}-10", "1") for month in range(1, 5)]
    with_them = flow_of(shop([*ROWS, *anonymous]), as_of=date(2024, 5, 1))
    assert with_them.frame.equals(flow_of(known_shop(ROWS), as_of=date(2024, 5, 1)).frame)
    assert flow_of(shop(anonymous)).frame.is_empty()


def third_quarter_of_2010() -> Connection:
    """A published flow with a window of 180 days: 2,757 + 591 + 50 - 488 = 2,910 customers.

    Online Retail II, July to September 2010, each customer with the minimum of orders for the part.
    """
    orders_by_part = {
        "retained": (2757 - 488, ("2010-03-01", "2010-08-01")),
        "lost": (488, ("2010-03-01",)),
        "reactivated": (50, ("2010-01-01", "2010-08-01")),
        "new": (591, ("2010-08-01",)),
    }
    return shop(
        (f"{part}-{number}-{day}", f"{part}-{number}", day, "1")
        for part, (customers, days) in orders_by_part.items()
        for number in range(customers)
        for day in days
    )


def test_the_published_flow_of_a_quarter() -> None:
    found = flow_of(third_quarter_of_2010(), PeriodKind.QUARTER, 180, as_of=date(2010, 10, 1))
    [row] = found.frame.filter(period_start=date(2010, 7, 1)).to_dicts()
    assert [row[name] for name in ("active_start", "new", "reactivated", "lost", "active_end")] == [
        2757,
        591,
        50,
        488,
        2910,
    ]
    assert row["quick_ratio"] == pytest.approx(1.31, abs=0.005)
    assert row["retained"] / row["active_start"] == pytest.approx(0.823, abs=0.0005)


DRAWN = st.lists(
    st.tuples(
        st.sampled_from("abcdef"), st.dates(date(2023, 11, 1), date(2024, 3, 31)), st.sampled_from("xy")
    ),
    min_size=1,
    max_size=30,
)


@pytest.mark.core
@given(DRAWN, st.sampled_from([3, 31, 60]), st.sampled_from([PeriodKind.WEEK, PeriodKind.MONTH]))
@hypothesis_settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_start_plus_gains_minus_losses_is_the_end(
    drawn: list[tuple[str, date, str]], window: int, kind: PeriodKind
) -> None:
    rows = [(str(n), who, str(day), "1", {"branch": branch}) for n, (who, day, branch) in enumerate(drawn)]
    found = flow_of(shop(rows), kind, window, as_of=date(2024, 4, 10), by=("branch",), incomplete=True).frame
    assert broken_identities(found).is_empty()
    whole = found.filter(dimension="")
    for earlier, later in zip(whole.to_dicts(), whole.to_dicts()[1:], strict=False):
        assert earlier["active_end"] is None or earlier["active_end"] == later["active_start"]
    parts = found.filter(pl.col("dimension") != "").group_by("period_start").agg(pl.col(COUNTS).sum())
    for row in whole.join(parts, on="period_start", suffix="_parts").to_dicts():
        assert all(row[name] in {None, row[f"{name}_parts"]} for name in COUNTS)


@pytest.fixture(scope="module")
def made_up() -> Connection:
    """Return almost two years of twenty customers."""
    chance = random.Random(4)  # noqa: S311 - reproducible, not secret
    customers = [None, *"abcdefghijklmnopqrst"]
    days = [date(2022, 1, 3) + timedelta(days=int(700 * chance.random())) for _ in range(400)]
    return shop(
        (
            str(n),
            chance.choice(customers),
            str(day),
            "5",
            {"channel": chance.choice("xyz")},
        )
        for n, day in enumerate(days)
    )


@pytest.mark.core
@pytest.mark.parametrize("window", [1, 7, 30, 200])
@pytest.mark.parametrize("kind", [PeriodKind.DAY, PeriodKind.WEEK, PeriodKind.MONTH, PeriodKind.YEAR])
def test_the_witness_agrees(made_up: Connection, kind: PeriodKind, window: int) -> None:
    asked = asked_by(made_up, kind, window, by=("channel",), incomplete=True)
    found = answered(QUESTION, asked)
    assert not found.frame.filter(pl.col("state") != "none").is_empty()
    assert broken_identities(found.frame).is_empty()
    confirm(asked, found)


def test_the_witness_finds_a_customer_too_many(made_up: Connection) -> None:
    asked = asked_by(made_up, PeriodKind.YEAR, 30, incomplete=True)
    disagreeing(asked, answered(QUESTION, asked), "new")
