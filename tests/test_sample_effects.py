from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl
import pytest

from sample_files import read_sample
from wieder.sample_shop.effects import BUILT_IN, COST_PER_NEW_CUSTOMER, SLOW_REFUND_DAYS, SLOW_REPLY_HOURS
from wieder.sample_shop.records import Status
from wieder.sample_shop.season import in_black_friday_week
from wieder.sample_shop.simulation import Sample, simulate

MATURE = datetime(2025, 9, 1)  # noqa: DTZ001 - exports carry local time


@pytest.fixture(scope="module")
def purchases() -> pl.DataFrame:
    """Return one row per valid order with 90 days of observation, and whether another order follows."""
    orders = read_sample("orders.csv").filter(
        pl.col("customer_id").is_not_null() & (pl.col("status") != "cancelled") & (pl.col("amount") > 0)
    )
    days_to_next = pl.col("ordered_at").shift(-1).over("customer_id") - pl.col("ordered_at")
    return orders.with_columns(
        is_first=pl.col("ordered_at") == pl.col("ordered_at").first().over("customer_id"),
        repurchase=(days_to_next <= timedelta(days=90)).fill_null(value=False),
    ).filter(pl.col("ordered_at") < MATURE)


@pytest.fixture(scope="module")
def sample() -> Sample:
    return simulate()


def rates(frame: pl.DataFrame, by: pl.Expr) -> dict[object, float]:
    """Return the 90-day repurchase rate per value of `by`."""
    rows = frame.group_by(group=by).agg(rate=pl.col("repurchase").mean(), n=pl.len())
    assert (rows["n"] >= 100).all()
    return dict(rows.select("group", "rate").iter_rows())


def test_a_late_first_delivery_lowers_repurchase_by_about_the_loss(purchases: pl.DataFrame) -> None:
    delivered = purchases.filter("is_first").join(read_sample("deliveries.csv"), on="order_id")
    rate = rates(delivered, (pl.col("delivered_on") > pl.col("promised_on")).fill_null(value=True))
    assert rate[True] / rate[False] == pytest.approx(1 - BUILT_IN.late_first_delivery_loss, abs=0.12)


def test_a_slow_refund_lowers_repurchase(purchases: pl.DataFrame) -> None:
    refunded = read_sample("returns.csv").unique("order_id").drop_nulls("refunded_on")
    days = pl.col("refunded_on") - pl.col("received_on")
    rate = rates(purchases.join(refunded, on="order_id"), days > timedelta(days=SLOW_REFUND_DAYS))
    assert 0.5 < rate[True] / rate[False] < 0.85


def test_a_slow_reply_to_a_complaint_lowers_repurchase(purchases: pl.DataFrame) -> None:
    complaints = read_sample("feedback.csv").filter(pl.col("kind") == "complaint")
    hours = pl.col("first_reply_at") - pl.col("created_at")
    rate = rates(purchases.join(complaints, on="order_id"), hours > timedelta(hours=SLOW_REPLY_HOURS))
    assert 0.45 < rate[True] / rate[False] < 0.85


def test_channels_differ_in_repurchase(purchases: pl.DataFrame) -> None:
    rate = rates(purchases.filter("is_first"), pl.col("channel"))
    assert rate["marketplace"] + 0.06 < rate["webshop"] < rate["app"] - 0.03


def test_first_categories_differ_in_repurchase(purchases: pl.DataFrame) -> None:
    items = read_sample("order_items.csv").filter(pl.col("position") == 1)
    rate = rates(purchases.filter("is_first").join(items, on="order_id"), pl.col("category"))
    assert rate["Kaffee"] > rate["Tee"] + 0.04
    assert max(rate["Küche"], rate["Geschenke"]) < rate["Tee"] - 0.04


def test_referred_customers_repurchase_more(purchases: pl.DataFrame) -> None:
    people = purchases.filter("is_first").join(read_sample("customers.csv"), on="customer_id")
    rate = rates(people, pl.col("referred_by").is_not_null())
    assert rate[True] > rate[False] + 0.03


def test_customers_won_on_black_friday_repurchase_less(purchases: pl.DataFrame) -> None:
    autumn = purchases.filter(pl.col("is_first") & pl.col("ordered_at").dt.month().is_in([10, 11]))
    is_won = pl.Series([in_black_friday_week(moment.date()) for moment in autumn["ordered_at"]])
    rate = rates(autumn.with_columns(is_won=is_won), pl.col("is_won"))
    assert rate[True] < rate[False] - 0.06


def test_a_campaign_lifts_orders_over_the_holdout() -> None:
    contacts = read_sample("campaigns.csv").filter(pl.col("bounced") == "no")
    orders = read_sample("orders.csv").filter(pl.col("status") != "cancelled")
    days_after = pl.col("ordered_at").dt.date() - pl.col("sent_at").dt.date()
    after = contacts.join(orders, on="customer_id").filter(
        days_after.is_between(timedelta(days=1), timedelta(days=14))
    )
    rate = {
        group: after.filter(pl.col("group") == group).height
        / contacts.filter(pl.col("group") == group).height
        for group in ("treated", "holdout")
    }
    assert rate["treated"] / rate["holdout"] == pytest.approx(BUILT_IN.campaign_factor, abs=0.4)


def test_personal_campaigns_are_clicked_more() -> None:
    opened = read_sample("campaigns.csv").drop_nulls("opened_at")
    rate = dict(opened.group_by("kind").agg(pl.col("clicked_at").is_not_null().mean()).iter_rows())
    assert rate["personal"] / rate["general"] == pytest.approx(BUILT_IN.personal_click_factor, abs=0.25)


def test_acquisition_costs_are_as_stated() -> None:
    spend = read_sample("spend.csv").filter(pl.col("purpose") == "acquisition")
    people = read_sample("customers.csv").join(read_sample("orders.csv"), on="customer_id", how="semi")
    spent = dict(spend.group_by("channel").agg(pl.col("amount").sum().cast(pl.Float64)).iter_rows())
    won = dict(people.group_by("acquisition_channel").len().iter_rows())
    for channel, cents in COST_PER_NEW_CUSTOMER.items():
        assert spent[channel] / won[channel] == pytest.approx(cents / 100, rel=0.1)


def test_espresso_and_almond_biscuits_are_the_strongest_pair() -> None:
    items = read_sample("order_items.csv").select("order_id", "product")
    pairs = items.join(items, on="order_id").filter(pl.col("product") < pl.col("product_right"))
    strongest = pairs.group_by("product", "product_right").len().top_k(1, by="len").row(0)
    assert strongest[:2] == ("Espresso", "Mandelkekse")
    n_espresso = items.filter(pl.col("product") == "Espresso").height
    assert strongest[2] / n_espresso == pytest.approx(BUILT_IN.espresso_biscuit_share, abs=0.08)


def test_late_parcels_get_fewer_stars() -> None:
    stars = read_sample("feedback.csv").filter(pl.col("kind") == "stars")
    rated = stars.join(read_sample("deliveries.csv").drop_nulls("delivered_on"), on="order_id")
    is_late = pl.col("delivered_on") > pl.col("promised_on")
    mean = dict(rated.group_by(late=is_late).agg(pl.col("score").mean()).iter_rows())
    assert mean[True] < mean[False] - 1


def test_advent_and_growth_show_in_the_months() -> None:
    months = read_sample("orders.csv").group_by(pl.col("ordered_at").dt.truncate("1mo")).len()
    n_orders = {(moment.year, moment.month): n for moment, n in months.iter_rows()}
    for year in (2023, 2024, 2025):
        assert n_orders[year, 12] > 1.2 * n_orders[year, 9]
    assert n_orders[2025, 5] > n_orders[2024, 5] > n_orders[2023, 5]


def orders_per_member_year(sample: Sample) -> float:
    """Return orders per year, from the order that made a customer a member to the export."""
    joined = {order.customer_id: order.ordered_at for order in sample.orders if order.points.joined}
    later = sum(
        1
        for order in sample.orders
        if order.status is not Status.CANCELLED
        and order.ordered_at > joined.get(order.customer_id, datetime.max)  # noqa: DTZ901
    )
    end = datetime(2026, 1, 1)  # noqa: DTZ001 - exports carry local time
    return later / sum((end - moment).days / 365.25 for moment in joined.values())


def test_members_order_more_than_they_would_without_the_programme(sample: Sample) -> None:
    without = simulate(replace(BUILT_IN, programme_factor=1.0))
    factor = orders_per_member_year(sample) / orders_per_member_year(without)
    assert factor == pytest.approx(BUILT_IN.programme_factor, abs=0.1)


def test_members_against_non_members_shows_far_more_than_the_programme_does() -> None:
    orders = (
        read_sample("orders.csv").drop_nulls("customer_id").filter(pl.col("ordered_at").dt.year() == 2025)
    )
    members = read_sample("memberships.csv").filter(
        pl.col("event") == "joined", pl.col("at").dt.year() == 2024
    )
    per_customer = orders.group_by("customer_id").len()
    is_member = pl.col("customer_id").is_in(members["customer_id"].implode())
    mean = dict(per_customer.group_by(member=is_member).agg(pl.col("len").mean()).iter_rows())
    assert mean[True] / mean[False] > BUILT_IN.programme_factor + 0.2


def test_another_seed_gives_another_shop_of_the_same_size(sample: Sample) -> None:
    other = simulate(seed=2)
    assert other.customers != sample.customers
    assert abs(len(other.orders) - len(sample.orders)) < 1_000
