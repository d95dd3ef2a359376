"""What is asked, what is computed, what is shown."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from shops import TODAY, ask, row_of, settings, shop
from wieder.analysis import Question, analyse, find_amount_includes, verifications
from wieder.config import OrderRules, Settings
from wieder.errors import DataError, UsageError, WiederError
from wieder.kpis import REGISTRY
from wieder.periods import Period, PeriodKind

if TYPE_CHECKING:
    from wieder.database import Connection
    from wieder.notices import Notice

ROWS = [
    ("1", "a", "2023-01-15 10:00", "10"),
    ("2", "a", "2023-02-15 10:00", "20"),
    ("3", "b", "2023-02-20 10:00", "40"),
    ("4", None, "2023-03-01 00:00", "5"),
    ("5", "a", "2024-02-29 10:00", "30"),
    ("6", "b", "2024-03-05 10:00", "70"),
]


def notices_of(con: Connection, **question: Any) -> list[Notice]:
    heard: list[Notice] = []
    analyse(con, Question(today=TODAY, **question), settings(), heard.append)
    return heard


def test_as_of_is_the_day_of_the_last_order_which_may_not_be_over() -> None:
    (notice, _) = notices_of(shop(ROWS))
    assert notice.slug == "as-of"
    assert (
        "2024-03-05, the day of the last order, may not be over, and its 1 orders are left out"
        in notice.message
    )
    assert notice.remedy == "--as-of 2024-03-06 counts them"
    assert row_of(ask(shop(ROWS)).results, "orders")["value"] == 5
    assert row_of(ask(shop(ROWS), as_of="2024-03-06").results, "orders")["value"] == 6


def test_orders_dated_in_the_future_are_not_believed() -> None:
    con = shop([*ROWS, ("7", "a", "2999-01-01", "1")])
    heard: list[Notice] = []
    found = analyse(con, Question(today=date(2024, 3, 6)), settings(), heard.append)
    assert found.scope.as_of == date(2024, 3, 6)
    assert [notice.slug for notice in heard] == ["future-orders", "history-start"]


def test_who_ordered_before_the_data_begin_is_taken_for_new_and_that_is_said() -> None:
    rows = [("1", "a", "2024-01-01", "1"), ("2", "a", "2024-01-11", "1"), ("3", "a", "2024-03-01", "1")]
    con = shop(rows)
    slugs = [n.slug for n in notices_of(con, kind=PeriodKind.MONTH, as_of=date(2024, 3, 2))]
    assert slugs == ["history-start"]
    later = Question(kind=PeriodKind.MONTH, as_of=date(2024, 6, 1), since=date(2024, 4, 1), today=TODAY)
    heard: list[Notice] = []
    analyse(con, later, settings(), heard.append)
    assert heard == []


def test_only_whole_periods_inside_the_span_are_shown() -> None:
    con = shop(ROWS)
    months = ask(con, PeriodKind.MONTH, since="2023-02-01", until="2023-05-01")
    assert [p.start.month for p in months.shown] == [2, 3, 4]
    assert ask(con, PeriodKind.MONTH).shown[-1] == Period(date(2024, 2, 1), date(2024, 3, 1))
    assert ask(con, PeriodKind.MONTH, incomplete=True).shown[-1].start == date(2024, 3, 1)


def test_the_unfinished_period_is_partial_and_compared_with_nothing() -> None:
    results = ask(shop(ROWS), PeriodKind.MONTH, as_of="2024-03-10", incomplete=True).results
    march = row_of(results, "orders", "2024-03-01")
    assert (march["value"], march["state"]) == (1, "partial")
    assert march["previous_value"] == 1
    assert march["previous_change"] is None


def test_changes_are_relative_but_points_for_rates() -> None:
    results = ask(shop(ROWS), PeriodKind.MONTH).results
    february = row_of(results, "revenue", "2024-02-01")
    assert february["year_before_value"] == 60
    assert february["year_before_change"] == pytest.approx(-0.5)
    rate = row_of(results, "returning_customer_rate", "2024-02-01")
    assert (rate["value"], rate["year_before_value"], rate["year_before_change"]) == (1.0, 0.5, 0.5)


def test_a_month_without_orders_has_0_orders_and_no_order_value() -> None:
    results = ask(shop(ROWS), PeriodKind.MONTH).results
    assert row_of(results, "orders", "2023-06-01")["value"] == 0
    assert row_of(results, "orders", "2023-06-01")["state"] == "final"
    assert row_of(results, "average_order_value", "2023-06-01")["value"] is None
    assert row_of(results, "median_order_value", "2023-06-01")["state"] == "none"


def test_a_second_order_within_the_window_counts_to_the_last_day_of_it() -> None:
    rows = [
        ("1", "a", "2024-01-01 23:00", "1"),
        ("2", "a", "2024-01-31 01:00", "1"),
        ("3", "b", "2024-01-01", "1"),
    ]
    con = shop([*rows, ("4", "b", "2024-02-01", "1")])
    rate = row_of(ask(con, as_of="2024-02-02").results, "repeat_purchase_rate_30d")
    assert (rate["numerator"], rate["denominator"], rate["state"]) == (1, 2, "final")
    too_early = row_of(ask(con, as_of="2024-01-31").results, "repeat_purchase_rate_30d")
    assert (too_early["value"], too_early["state"]) == (None, "none")


def test_purchase_days_are_another_reading_of_repeat() -> None:
    rows = [
        ("1", "a", "2024-01-01 10:00", "1"),
        ("2", "a", "2024-01-01 11:00", "1"),
        ("3", "b", "2024-01-01", "1"),
    ]
    by_order = ask(shop(rows), as_of="2024-02-01").results
    by_day = ask(shop(rows), options=settings(occasion="day"), as_of="2024-02-01").results
    assert row_of(by_order, "repeat_purchase_rate")["numerator"] == 1
    assert row_of(by_day, "repeat_purchase_rate")["numerator"] == 0
    assert row_of(by_day, "orders")["value"] == 3


@pytest.mark.parametrize(
    ("window", "kept", "base"),
    [(31, 1, 2), (60, 2, 2)],
)
def test_base_retention_counts_who_lapsed_and_came_back_as_kept(window: int, kept: int, base: int) -> None:
    """On 1 March both are active with either window; at the end of May a is back, b bought 45 days before."""
    rows = [
        ("0", "z", "2023-11-01", "1"),
        ("1", "a", "2024-02-25", "1"),
        ("2", "b", "2024-02-20", "1"),
        ("3", "a", "2024-05-31", "1"),
        ("4", "b", "2024-04-17", "1"),
        ("5", "z", "2024-06-30", "1"),
    ]
    spring = ask(shop(rows), options=settings(window=window), since="2024-03-01", until="2024-06-01").results
    rate = row_of(spring, "base_retention_rate")
    assert (rate["numerator"], rate["denominator"]) == (kept, base)
    assert row_of(spring, "churn_rate")["numerator"] == base - kept


def test_retention_is_unknown_while_the_history_is_shorter_than_the_window() -> None:
    results = ask(shop(ROWS), PeriodKind.MONTH, settings(window=46)).results
    assert row_of(results, "base_retention_rate", "2023-03-01")["state"] == "none"
    april = row_of(results, "base_retention_rate", "2023-04-01")
    assert (april["numerator"], april["denominator"]) == (0, 2)


def test_the_flow_golden_case_of_period_retention() -> None:
    """Of January's two customers one buys in February."""
    rows = [
        ("1", "a", "2024-01-01", "1"),
        ("2", "b", "2024-01-02", "1"),
        ("3", "a", "2024-02-01", "1"),
        ("4", "c", "2024-02-02", "1"),
    ]
    results = ask(shop(rows), PeriodKind.MONTH, as_of="2024-03-01").results
    rate = row_of(results, "period_retention_rate", "2024-02-01")
    assert (rate["numerator"], rate["denominator"]) == (1, 2)
    assert row_of(results, "period_retention_rate", "2024-01-01")["state"] == "none"


def test_the_purchase_frequency_is_repeats_over_customer_years() -> None:
    rows = [
        ("1", "a", "2023-01-01", "1"),
        ("2", "a", "2023-07-01", "1"),
        ("3", "b", "2023-07-02", "1"),
        ("4", None, "2023-08-01", "1"),
    ]
    rate = row_of(ask(shop(rows), as_of="2024-01-01").results, "purchase_frequency_per_year")
    assert rate["numerator"] == 1
    assert rate["denominator"] == pytest.approx((365 + 183) / 365.25)
    assert rate["state"] == "final"


def test_orders_are_cut_by_their_own_channel_and_customers_by_that_of_the_first_order() -> None:
    rows = [
        ("1", "a", "2024-01-01", "1", {"channel": "web"}),
        ("2", "a", "2024-01-02", "2", {"channel": "app"}),
        ("3", None, "2024-01-03", "4", {"channel": None}),
    ]
    results = ask(shop(rows), as_of="2024-02-01", by=("channel",)).results
    assert row_of(results, "revenue", segment="app", dimension="channel")["value"] == 2
    assert row_of(results, "revenue", segment="", dimension="channel")["value"] == 4
    assert row_of(results, "customers", segment="web", dimension="first_order.channel")["value"] == 1
    assert row_of(results, "customers", segment="app", dimension="first_order.channel")["value"] == 0
    assert row_of(results, "customers")["value"] == 1


def test_several_columns_are_crossed_and_bars_in_their_values_escaped() -> None:
    rows = [("1", "a", "2024-01-01", "1", {"channel": "web|shop"})]
    con = shop(rows, customers=[{"customer_key": "a", "country": "DE"}])
    found = ask(con, as_of="2024-02-01", by=("channel", "country"))
    dimension = "channel,customer.country"
    assert row_of(found.results, "orders", segment=r"web\|shop | DE", dimension=dimension)["value"] == 1
    assert not [v for v in verifications(con, found) if v.disagreements]


@pytest.mark.parametrize("name", ["colour", "customers.channel", "order_id", "orders."])
def test_an_unknown_column_to_cut_by_lists_those_that_are_there(name: str) -> None:
    con = shop([("1", "a", "2024-01-01", "1", {"channel": "web"})])
    with pytest.raises(UsageError, match="there is no such column") as caught:
        ask(con, as_of="2024-02-01", by=(name,))
    assert "channel" in caught.value.remedy


def test_too_many_segments_are_refused() -> None:
    con = shop([(str(n), "a", "2024-01-01", "1", {"note": f"n{n}"}) for n in range(501)])
    with pytest.raises(UsageError, match="501 values, and 500 is the most"):
        ask(con, as_of="2024-02-01", by=("note",))


@pytest.mark.parametrize(
    ("question", "error"),
    [
        ({"as_of": "2023-01-15"}, DataError),
        ({"since": "2025-01-01"}, UsageError),
        ({"until": "2023-01-01", "kind": PeriodKind.MONTH}, UsageError),
    ],
)
def test_a_span_without_data_is_refused(question: dict[str, Any], error: type[WiederError]) -> None:
    with pytest.raises(error, match="2023-01-15"):
        ask(shop(ROWS), **question)


def test_without_a_valid_order_there_is_nothing_to_say() -> None:
    with pytest.raises(DataError, match="no valid order"):
        ask(shop([("1", "a", "2024-01-01", "1", {"status": "cancelled"})]))


def test_every_kpi_has_a_row_for_every_period_shown() -> None:
    found = ask(shop(ROWS), PeriodKind.MONTH)
    counts = found.results.group_by("kpi").len()
    assert set(counts["kpi"]) == set(REGISTRY)
    assert counts["len"].unique().to_list() == [len(found.shown)] == [14]
    assert found.results["kpi"].unique(maintain_order=True).to_list() == list(REGISTRY)


def test_the_currency_is_that_of_the_orders_if_they_agree() -> None:
    assert (
        ask(shop([("1", "a", "2024-01-01", "1", {"currency": "EUR"})]), as_of="2024-02-01").currency == "EUR"
    )
    assert ask(shop(ROWS)).currency == ""


def test_cohorts_are_there_where_time_is_cut() -> None:
    assert ask(shop(ROWS)).cohorts.is_empty()
    cohorts = ask(shop(ROWS), PeriodKind.QUARTER).cohorts
    first = cohorts.filter(pl.col("cohort_start") == date(2023, 1, 1))
    assert first["active"].to_list() == [2, 0, 0, 0, 1]
    assert first["state"].to_list() == ["final"] * 4 + ["partial"]


def profiled(*includes: list[str] | None) -> Connection:
    """A shop of as many files, each of which tells what its amounts include."""
    con = shop(ROWS)
    con.execute("delete from profiles")
    for found in includes:
        con.execute(
            "insert into profiles (table_name, amount_includes) values ('orders', $found)", {"found": found}
        )
    return con


@pytest.mark.parametrize(
    ("includes", "known"),
    [
        ([["tax", "shipping"]], ("tax", "shipping")),
        ([[], []], ()),
        ([["tax"], ["tax", "shipping"]], None),
        ([["tax"], None], None),
        ([None], None),
    ],
)
def test_amounts_include_what_the_formats_of_all_exports_say(
    includes: list[list[str] | None], known: tuple[str, ...] | None
) -> None:
    con = profiled(*includes)
    assert find_amount_includes(con, Settings()) == known
    assert ask(con).amount_includes == known
    told = Settings(orders=OrderRules(amount_includes=("shipping",)))
    assert find_amount_includes(con, told) == ("shipping",)
    con.execute("alter table profiles drop column amount_includes")
    assert find_amount_includes(con, Settings()) is None
