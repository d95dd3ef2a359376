"""Assignment of orders to segments."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from shops import ask, row_of, shop, verifications
from wieder.errors import UsageError
from wieder.periods import PeriodKind


def order(number: int, customer: str, day: str, channel: str | None, **more: Any) -> tuple[Any, ...]:
    return (str(number), customer, day, "10", {"channel": channel, **more})


ROWS = [
    order(1, "a", "2024-01-01", "web"),
    order(2, "a", "2024-01-02", "app"),
    order(3, "a", "2024-01-03", "fax"),
    order(4, "b", "2024-01-04", "web"),
    order(5, "b", "2024-01-05", "web"),
    order(6, "b", "2024-01-06", "app"),
    order(7, "c", "2024-01-07", None),
]


def segments_of(rows: list[tuple[Any, ...]], kpi: str, by: str, top: int | None) -> dict[str, float]:
    results = ask(shop(rows), as_of="2024-02-01", by=tuple(by.split(",")), top=top).results
    found = results.filter((pl.col("kpi") == kpi) & (pl.col("dimension") != ""))
    return dict(found.select("segment", "value").iter_rows())


@pytest.mark.parametrize(
    ("top", "orders"),
    [
        (1, {"web": 3, "(other)": 4}),
        (2, {"web": 3, "app": 2, "(other)": 2}),
        (3, {"web": 3, "app": 2, "": 1, "(other)": 1}),
        (4, {"web": 3, "app": 2, "": 1, "fax": 1}),
        (None, {"web": 3, "app": 2, "": 1, "fax": 1}),
    ],
)
def test_the_segments_with_most_orders_are_kept_and_the_rest_is_one(
    top: int | None, orders: dict[str, float]
) -> None:
    """Of two segments with equally many orders, the first by name is kept."""
    assert segments_of(ROWS, "orders", "channel", top) == orders


def test_customers_of_the_others_are_those_whose_first_order_is_there() -> None:
    """a and b started on the web; c started in an unknown channel, and later ordered by fax and by mail."""
    rows = [*ROWS, order(8, "c", "2024-01-08", "fax"), order(9, "c", "2024-01-09", "mail")]
    results = ask(shop(rows), as_of="2024-02-01", by=("channel",), top=1).results
    others = {"segment": "(other)", "dimension": "first_order.channel"}
    assert row_of(results, "customers", **others)["value"] == 1
    assert row_of(results, "repeat_purchase_rate", **others)["value"] == 1
    assert row_of(results, "orders", segment="(other)", dimension="channel")["value"] == 6


def test_a_value_called_other_belongs_to_the_others() -> None:
    rows = [*ROWS, *(order(n, "d", "2024-01-09", "(other)") for n in range(10, 20))]
    assert segments_of(rows, "orders", "channel", 1) == {"web": 3, "(other)": 14}


def test_crossed_columns_are_counted_as_their_combinations() -> None:
    rows = [
        order(1, "a", "2024-01-01", "web", land="DE"),
        order(2, "b", "2024-01-01", "web", land="DE"),
        order(3, "c", "2024-01-01", "web", land="AT"),
        order(4, "d", "2024-01-01", "app", land="AT"),
        order(5, "d", "2024-01-02", "app", land="AT"),
        order(6, "d", "2024-01-02", "app", land="CH"),
    ]
    assert segments_of(rows, "orders", "channel,land", 2) == {"app | AT": 2, "web | DE": 2, "(other)": 2}


def test_witnesses_agree_on_the_others() -> None:
    con = shop(ROWS)
    found = ask(con, as_of="2024-02-01", by=("channel",), top=1)
    assert [v.disagreements for v in verifications(found) if v.disagreements] == []


def test_too_many_segments_can_be_made_few() -> None:
    rows = [order(n, "a", "2024-01-01", f"n{n}") for n in range(501)]
    with pytest.raises(UsageError) as caught:
        ask(shop(rows), as_of="2024-02-01", by=("channel",))
    assert "--top 20" in caught.value.remedy
    assert len(segments_of(rows, "orders", "channel", 20)) == 21


def test_money_and_addresses_are_not_dimensions() -> None:
    rows = [order(1, "a", "2024-01-01", "web", tax="1", email="a@shop.de", refunded_amount="0")]
    for name in ("tax", "email", "refunded_amount"):
        with pytest.raises(UsageError) as refused:
            ask(shop(rows), as_of="2024-02-01", by=(name,))
        columns = "status, currency, customer_group, channel, cohort_year and 2 more"
        assert refused.value.remedy == f"there are {columns}"


COHORT_ROWS = [
    ("1", "a", "2022-12-31", "10"),
    ("2", "a", "2024-02-01", "20"),
    ("3", "b", "2024-01-15", "40"),
    ("4", "b", "2024-02-15", "80"),
    ("5", None, "2024-02-20", "5"),
    ("6", "c", "2024-03-01", "1"),
]


@pytest.mark.parametrize(
    ("cohort", "revenue"),
    [
        ("cohort_year", {"2022": 20, "2024": 80, "": 5}),
        ("cohort_quarter", {"2022-Q4": 20, "2024-Q1": 80, "": 5}),
        ("cohort_month", {"2022-12": 20, "2024-01": 80, "": 5}),
    ],
)
def test_orders_are_cut_by_the_first_order_of_their_customer(cohort: str, revenue: dict[str, int]) -> None:
    analysis = ask(shop(COHORT_ROWS), PeriodKind.MONTH, by=(cohort,))
    february = analysis.results.filter(kpi="revenue", dimension=cohort, period_start=date(2024, 2, 1))
    assert dict(february.select("segment", "value").iter_rows()) == revenue


def test_witnesses_agree_on_cohorts() -> None:
    con = shop([(*row, {"channel": "web"}) for row in COHORT_ROWS])
    analysis = ask(con, PeriodKind.MONTH, by=("cohort_year", "channel"))
    assert not [one for one in verifications(analysis) if one.disagreements]


def test_a_column_that_is_called_like_a_cohort_is_the_column() -> None:
    con = shop([(*row, {"cohort_year": "x"}) for row in COHORT_ROWS])
    assert set(ask(con, by=("cohort_year",)).results["segment"]) == {"", "x"}
