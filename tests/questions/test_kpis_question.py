"""KPIs of small shops, by period and by segment."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from asked import asked_of
from shops import known_shop, row_of, settings, shop
from wieder.asking.witness import kpi_verifications
from wieder.kpis import REGISTRY
from wieder.periods import PeriodKind
from wieder.questions.kpis import KpiOptions, kpis_of, kpis_with_warning

if TYPE_CHECKING:
    import polars as pl

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


def results_of(con: Connection, kind: PeriodKind = PeriodKind.ALL, **selection: Any) -> pl.DataFrame:
    return kpis_of(asked_of(con, kind, **selection)).frame


def notices_of(con: Connection, kind: PeriodKind = PeriodKind.ALL, **selection: Any) -> list[Notice]:
    notices: list[Notice] = []
    kpis_with_warning(asked_of(con, kind, notify=notices.append, **selection), KpiOptions())
    return notices


def test_as_of_is_the_day_of_the_last_order_which_may_not_be_over() -> None:
    (notice, _) = notices_of(known_shop(ROWS))
    assert notice.slug == "as-of"
    assert "the last day with orders may not be over; its orders (1) are left out" in notice.message
    assert notice.remedy == "include them with --as-of 2024-03-06"
    assert row_of(results_of(known_shop(ROWS)), "orders")["value"] == 5
    assert row_of(results_of(known_shop(ROWS), as_of="2024-03-06"), "orders")["value"] == 6


def test_the_notice_on_the_history_follows_that_on_the_report_date() -> None:
    con = shop([*ROWS, ("7", "a", "2999-01-01", "1")])
    slugs = [notice.slug for notice in notices_of(con, today=date(2024, 3, 6))]
    assert slugs == ["future-orders", "history-start"]


def test_new_customers_shortly_after_the_data_begin_give_a_notice() -> None:
    rows = [("1", "a", "2024-01-01", "1"), ("2", "a", "2024-01-11", "1"), ("3", "a", "2024-03-01", "1")]
    con = shop(rows)
    slugs = [n.slug for n in notices_of(con, kind=PeriodKind.MONTH, as_of=date(2024, 3, 2))]
    assert slugs == ["history-start"]
    assert notices_of(con, PeriodKind.MONTH, as_of="2024-06-01", since="2024-04-01") == []


def test_the_unfinished_period_is_partial_and_compared_with_nothing() -> None:
    results = results_of(known_shop(ROWS), PeriodKind.MONTH, as_of="2024-03-10", incomplete=True)
    march = row_of(results, "orders", "2024-03-01")
    assert (march["value"], march["state"]) == (1, "partial")
    assert march["previous_value"] == 1
    assert march["previous_change"] is None


def test_changes_are_relative_but_points_for_rates() -> None:
    results = results_of(known_shop(ROWS), PeriodKind.MONTH)
    february = row_of(results, "revenue", "2024-02-01")
    assert february["year_before_value"] == 60
    assert february["year_before_change"] == pytest.approx(-0.5)
    rate = row_of(results, "returning_customer_rate", "2024-02-01")
    assert (rate["value"], rate["year_before_value"], rate["year_before_change"]) == (1.0, 0.5, 0.5)


def test_a_month_without_orders_has_0_orders_and_no_order_value() -> None:
    results = results_of(known_shop(ROWS), PeriodKind.MONTH)
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
    rate = row_of(results_of(con, as_of="2024-02-02"), "repeat_purchase_rate_30d")
    assert (rate["numerator"], rate["denominator"], rate["state"]) == (1, 2, "final")
    too_early = row_of(results_of(con, as_of="2024-01-31"), "repeat_purchase_rate_30d")
    assert (too_early["value"], too_early["state"]) == (None, "none")


def test_purchase_days_are_another_reading_of_repeat() -> None:
    rows = [
        ("1", "a", "2024-01-01 10:00", "1"),
        ("2", "a", "2024-01-01 11:00", "1"),
        ("3", "b", "2024-01-01", "1"),
    ]
    by_order = results_of(shop(rows), as_of="2024-02-01")
    by_day = results_of(shop(rows), rules=settings(occasion="day"), as_of="2024-02-01")
    assert row_of(by_order, "repeat_purchase_rate")["numerator"] == 1
    assert row_of(by_day, "repeat_purchase_rate")["numerator"] == 0
    assert row_of(by_day, "orders")["value"] == 3


@pytest.mark.parametrize(
    ("window", "kept", "base"),
    [(31, 1, 2), (60, 2, 2)],
)
def test_base_retention_counts_lapsed_and_returned_customers_as_retained(
    window: int, kept: int, base: int
) -> None:
    """On 1 March both are active with either window; at the end of May a is back, b bought 45 days ago."""
    rows = [
        ("0", "z", "2023-11-01", "1"),
        ("1", "a", "2024-02-25", "1"),
        ("2", "b", "2024-02-20", "1"),
        ("3", "a", "2024-05-31", "1"),
        ("4", "b", "2024-04-17", "1"),
        ("5", "z", "2024-06-30", "1"),
    ]
    spring = results_of(shop(rows), rules=settings(window=window), since="2024-03-01", until="2024-06-01")
    rate = row_of(spring, "base_retention_rate")
    assert (rate["numerator"], rate["denominator"]) == (kept, base)
    assert row_of(spring, "churn_rate")["numerator"] == base - kept


def test_retention_is_unknown_while_the_history_is_shorter_than_the_window() -> None:
    results = results_of(known_shop(ROWS), PeriodKind.MONTH, rules=settings(window=46))
    assert row_of(results, "base_retention_rate", "2023-03-01")["state"] == "none"
    april = row_of(results, "base_retention_rate", "2023-04-01")
    assert (april["numerator"], april["denominator"]) == (0, 2)


def test_the_flow_golden_case_of_period_retention() -> None:
    """Of two customers in January, one buys in February."""
    rows = [
        ("1", "a", "2024-01-01", "1"),
        ("2", "b", "2024-01-02", "1"),
        ("3", "a", "2024-02-01", "1"),
        ("4", "c", "2024-02-02", "1"),
    ]
    results = results_of(shop(rows), PeriodKind.MONTH, as_of="2024-03-01")
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
    rate = row_of(results_of(shop(rows), as_of="2024-01-01"), "purchase_frequency_per_year")
    assert rate["numerator"] == 1
    assert rate["denominator"] == pytest.approx((365 + 183) / 365.25)
    assert rate["state"] == "final"


def test_orders_are_cut_by_their_own_channel_and_customers_by_that_of_the_first_order() -> None:
    rows = [
        ("1", "a", "2024-01-01", "1", {"channel": "web"}),
        ("2", "a", "2024-01-02", "2", {"channel": "app"}),
        ("3", None, "2024-01-03", "4", {"channel": None}),
    ]
    results = results_of(shop(rows), as_of="2024-02-01", by=("channel",))
    assert row_of(results, "revenue", segment="app", dimension="channel")["value"] == 2
    assert row_of(results, "revenue", segment="", dimension="channel")["value"] == 4
    assert row_of(results, "customers", segment="web", dimension="first_order.channel")["value"] == 1
    assert row_of(results, "customers", segment="app", dimension="first_order.channel")["value"] == 0
    assert row_of(results, "customers")["value"] == 1


def test_several_columns_are_crossed_and_bars_in_their_values_escaped() -> None:
    rows = [("1", "a", "2024-01-01", "1", {"channel": "web|shop"})]
    con = shop(rows, customers=[{"customer_key": "a", "country": "DE"}])
    asked = asked_of(con, as_of="2024-02-01", by=("channel", "country"))
    found = kpis_of(asked)
    dimension = "channel,customer.country"
    assert row_of(found.frame, "orders", segment=r"web\|shop | DE", dimension=dimension)["value"] == 1
    assert not [one for one in kpi_verifications(asked, found.behind.by_cut) if one.disagreements]


def test_every_kpi_has_a_row_for_every_period_shown() -> None:
    found = kpis_of(asked_of(shop(ROWS, has_all_exports=True), PeriodKind.MONTH))
    counts = found.frame.group_by("kpi").len()
    assert set(counts["kpi"]) == set(REGISTRY)
    assert counts["len"].unique().to_list() == [len(found.shown)] == [14]
    assert found.frame["kpi"].unique(maintain_order=True).to_list() == list(REGISTRY)
