"""Assignment of customers to segments: counted by hand, by law and by witness."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from segmented import moves_of, options, segments_of, sizes
from shops import known_shop, shop
from wieder.errors import UsageError
from wieder.periods import PeriodKind
from wieder.questions.segments.schemes import SchemeName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.database import Connection
    from wieder.notices import Notice

LADDER = [
    ("1", "a", "2024-01-01", "10"),
    ("2", "b", "2024-02-01", "20"),
    ("3", "b", "2024-02-11", "20"),
    ("4", "c", "2024-03-01", "100"),
    ("5", None, "2024-03-02", "999"),
]
RULES = {"Big spenders": "revenue > 30 and orders >= 2", "From afar": "country <> 'DE'"}


def made_up_rows(seed: int = 1, orders: int = 400) -> Iterator[tuple[Any, ...]]:
    """Return a year and a half of repeat customers with ties in days, frequency and amounts."""
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    for number in range(orders):
        day = date(2023, 1, 1) + timedelta(days=int(540 * chance.random()))
        customer = None if chance.random() < 0.1 else f"c{int(90 * chance.random() ** 2)}"
        amount = chance.choice(["10", "10", "20.5", "7.3333", "199.99"])
        yield f"o{number}", customer, str(day), amount, {"channel": chance.choice(["web", "app"])}


@pytest.fixture(scope="module")
def made_up() -> Connection:
    return shop(made_up_rows())


def test_each_row_of_the_table_by_hand() -> None:
    found = segments_of(known_shop(LADDER), "2024-03-11", options(scheme="lifecycle", window=30)).frame
    lapsed = found.row(by_predicate=pl.col("customer_segment") == "Lapsed", named=True)
    assert lapsed == {
        "dimension": "", "segment": "", "place": 5, "customer_segment": "Lapsed",
        "customers": 1, "customer_share": pytest.approx(1 / 3), "orders": 1, "revenue": 10.0,
        "revenue_share": pytest.approx(10 / 150), "average_order_value": 10.0, "orders_per_customer": 1.0,
        "repeat_purchase_rate": 0.0, "median_days_since_last_order": 70.0,
    }  # fmt: skip
    reactivated = found.row(by_predicate=pl.col("customer_segment") == "Reactivated", named=True)
    assert (reactivated["customers"], reactivated["revenue"]) == (0, 0.0)
    assert reactivated["average_order_value"] is None
    assert reactivated["repeat_purchase_rate"] is None
    assert reactivated["median_days_since_last_order"] is None


@pytest.mark.parametrize(
    ("as_of", "segment"),
    [
        ("2024-01-02", "New"),  # day 1 after the first order
        ("2024-01-16", "New"),  # day 15 of a window of 30
        ("2024-01-17", "At risk"),
        ("2024-01-31", "At risk"),  # day 30 is the last active one
        ("2024-02-01", "Lapsed"),
        ("2024-03-02", "Reactivated"),  # after 60 days of silence
        ("2024-03-12", "Active"),  # after 10 days
    ],
)
def test_the_life_cycle_of_one_customer(as_of: str, segment: str) -> None:
    rows = [("1", "a", "2024-01-01", "1"), ("2", "a", "2024-03-01", "1"), ("3", "a", "2024-03-11", "1")]
    found = segments_of(shop(rows), as_of, options(scheme="lifecycle", window=30))
    assert sizes(found) == {segment: 1}


def test_a_second_order_on_the_day_of_return_is_no_rhythm() -> None:
    rows = [("1", "a", "2024-01-01", "1"), ("2", "a", "2024-03-01", "1"), ("3", "a", "2024-03-01", "1")]
    found = segments_of(shop(rows), "2024-03-05", options(scheme="lifecycle", window=30))
    assert sizes(found) == {"Reactivated": 1}


def test_class_a_makes_the_first_80_percent_of_the_revenue() -> None:
    amounts = {"a": "70", "b": "15", "c": "6", "d": "5", "e": "4"}
    rows = [(key, key, "2024-01-01", amount) for key, amount in amounts.items()]
    found = segments_of(shop(rows), "2024-02-01", options(scheme="abc"))
    assert sizes(found) == {"A": 2, "B": 2, "C": 1}
    assert found.behind.thresholds.abc == (5.0, 15.0)


def test_customers_of_equal_revenue_have_equal_classes() -> None:
    rows = [(str(number), str(number), "2024-01-01", "10") for number in range(20)]
    assert sizes(segments_of(shop(rows), "2024-02-01", options(scheme="abc"))) == {"A": 20}
    assert sizes(segments_of(shop(rows), "2024-02-01", options(scheme="vip"))) == {"VIP": 20}


def test_vip_are_the_best_few_percent_and_at_least_one() -> None:
    rows = [(str(number), str(number), "2024-01-01", str(number + 1)) for number in range(30)]
    found = segments_of(shop(rows), "2024-02-01", options(scheme="vip", vip_percent=10))
    assert sizes(found) == {"VIP": 3, "Other": 27}
    one = segments_of(shop(rows), "2024-02-01", options(scheme="vip", vip_percent=0.1))
    assert sizes(one)["VIP"] == 1


def test_the_first_rule_that_holds_decides_and_the_rest_is_other() -> None:
    customers = [{"customer_key": "a", "country": "AT"}, {"customer_key": "b", "country": "AT"}]
    con = known_shop(LADDER, customers)
    found = segments_of(con, "2024-03-11", options(scheme="rules", rules=RULES))
    assert sizes(found) == {"Big spenders": 1, "From afar": 1, "Other": 1}


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("revenue", "is not true or false"),
        ("revenue > 5; drop table orders", "is not an SQL condition|is more than one"),
        ("exists (select 1 from orders)", "subquery is not allowed"),
        ("read_text('/etc/passwd') = ''", "read_text is not allowed"),
        ("turnover > 5", "cannot be computed"),
        ("cast('x' as integer) = orders", "cannot be computed"),
    ],
)
def test_a_rule_is_one_condition_over_one_customer(rule: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        segments_of(known_shop(LADDER), "2024-03-11", options(scheme="rules", rules={"x": rule}))


def test_rules_must_be_there_and_leave_other_free() -> None:
    with pytest.raises(UsageError, match="there are no rules"):
        segments_of(known_shop(LADDER), "2024-03-11", options(scheme="rules"))
    with pytest.raises(UsageError, match="'Other' is reserved"):
        segments_of(known_shop(LADDER), "2024-03-11", options(scheme="rules", rules={"Other": "orders > 1"}))


def test_customers_without_an_order_in_the_look_back_are_in_no_segment() -> None:
    notices: list[Notice] = []
    con = known_shop(LADDER, [{"customer_key": "z"}])
    found = segments_of(con, "2024-03-11", options(scheme="abc", lookback_days=30), notify=notices.append)
    assert sizes(found) == {"A": 1, "B": 1}
    assert found.frame["orders"].sum() == 2, "the order of 1 February is 39 days old"
    messages = {notice.slug: notice.message for notice in notices}
    assert messages["no-order-in-lookback"].startswith("1 customers have no order")
    assert messages["prospects"].startswith("1 registered customers")


def test_scores_with_few_levels_give_a_notice() -> None:
    notices: list[Notice] = []
    segments_of(known_shop(LADDER), "2024-03-11", notify=notices.append)
    (notice,) = (notice for notice in notices if notice.slug == "rfm-levels")
    assert "F has 2 effective levels" in notice.message


@pytest.mark.parametrize("scheme", [*SchemeName])
@pytest.mark.parametrize("lookback", [0, 200])
def test_sizes_and_revenue_add_up_and_parts_have_the_segments_of_the_whole(
    made_up: Connection, scheme: SchemeName, lookback: int
) -> None:
    settings = options(
        scheme=scheme, lookback_days=lookback, rules={"Many": "orders > 3", "App": "revenue > 100"}
    )
    found = segments_of(made_up, "2024-06-20", settings, by=("channel",))
    whole = found.frame.filter(dimension="")
    assert whole["customer_share"].sum() == pytest.approx(1)
    assert whole["revenue_share"].sum() == pytest.approx(1)
    parts = found.frame.filter(pl.col("dimension") != "").group_by("place").agg(pl.col("customers").sum())
    assert dict(parts.rows()) == dict(whole.select("place", "customers").rows())


@pytest.mark.parametrize("scheme", ["rfm", "abc", "vip", "lifecycle"])
def test_frozen_thresholds_reproduce_the_segments_they_come_from(made_up: Connection, scheme: str) -> None:
    settings = options(scheme=scheme)
    found = segments_of(made_up, "2024-06-20", settings)
    again = segments_of(made_up, "2024-06-20", settings, frozen=found.behind.thresholds)
    assert again.frame.equals(found.frame)


def test_thresholds_of_another_look_back_give_a_notice(made_up: Connection) -> None:
    notices: list[Notice] = []
    thresholds = segments_of(made_up, "2024-06-20", options(lookback_days=365)).behind.thresholds
    segments_of(made_up, "2024-06-20", frozen=thresholds, notify=notices.append)
    (notice,) = (notice for notice in notices if notice.slug == "thresholds-lookback")
    assert "a look-back of 365 days, the segments one of 0" in notice.message


@pytest.mark.parametrize("seed", range(3))
def test_segments_depend_neither_on_the_order_of_rows_nor_on_ties(seed: int) -> None:
    rows = list(made_up_rows())
    usual = segments_of(shop(rows), "2024-06-20").frame
    random.Random(seed).shuffle(rows)  # noqa: S311 - reproducible, not secret
    assert segments_of(shop(rows), "2024-06-20").frame.equals(usual)


def test_moves_by_hand() -> None:
    """In February, a lapses with a window of 31 days, b is new, and c has not ordered yet."""
    found = moves_of(known_shop(LADDER), "2024-03-11", options(scheme="lifecycle", window=31))
    pairs = found.frame.select("segment_before", "segment_after", "customers").rows()
    assert pairs == [("not yet a customer", "At risk", 1), ("At risk", "Lapsed", 1)]
    assert found.frame["period_start"].unique().to_list() == [date(2024, 2, 1)]


@pytest.mark.parametrize("scheme", [*SchemeName])
@pytest.mark.parametrize("lookback", [0, 100])
def test_moves_add_up(made_up: Connection, scheme: SchemeName, lookback: int) -> None:
    settings = options(scheme=scheme, lookback_days=lookback, rules={"Many": "orders > 3"})
    half_year = {"since": date(2023, 10, 1), "until": date(2024, 4, 1)}
    found = moves_of(made_up, "2024-06-20", settings, PeriodKind.QUARTER, by=("channel",), **half_year)
    whole, parts = (found.frame.filter(pl.col("dimension").eq("") == is_whole) for is_whole in (True, False))
    quarters = whole["period_start"].unique().sort().to_list()
    assert quarters == [date(2023, 10, 1), date(2024, 1, 1)]
    assert whole["share_of_before"].sum() == pytest.approx(
        whole.select("period_start", "place_before").unique().height
    )
    pair = ["period_start", "place_before", "place_after"]
    added_up = parts.group_by(pair).agg(pl.col("customers").sum()).sort(pair)
    assert added_up.equals(whole.select(*pair, "customers")), "no customer is in two parts"
    first, second = (whole.filter(period_start=start) for start in quarters)
    after = first.select("place_after", "customers_after").unique().rows()
    before = second.filter(pl.col("place_before") > 0).select("place_before", "customers_before").unique()
    assert sorted(after) == sorted(before.rows()), "where one period ends the next begins"
