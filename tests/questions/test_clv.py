"""The three estimates of customer value: their components, and invariants between them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from asked import answered, asked_of
from sample_files import eighth_of_orders
from shops import shop, silent
from wieder.config import Forecasting, Settings
from wieder.errors import DataError, UsageError
from wieder.periods import PeriodKind
from wieder.questions.clv import CUSTOMERS, QUESTION
from wieder.questions.clv.customers import CUSTOMER_VALUES
from wieder.questions.clv.table import LIFETIME_VALUE
from wieder.questions.segments.groups import Grouping
from wieder.store.open import open_shop
from wieder.writing.shipped import resource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.asking.answer import Answer
    from wieder.database import Connection
    from wieder.notices import Notice, Notify
    from wieder.questions.clv.expectations import Expectations

    LifetimeValues = Answer[Expectations | None]


@dataclass
class Heard:
    """The notices of a run."""

    slugs: list[str]

    def __call__(self, notice: Notice) -> None:
        self.slugs.append(notice.slug)


@contextmanager
def sample_shop() -> Iterator[Connection]:
    with open_shop([str(resource("sample_data") / "orders.csv")], Settings(), None, silent) as con:
        yield con


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A part of the sample shop, for tests that hold for any values."""
    export = tmp_path_factory.mktemp("shop") / "few.csv"
    export.write_text(eighth_of_orders(), "utf-8")
    with open_shop([str(export)], Settings(), None, silent) as con:
        yield con


@pytest.fixture(scope="module")
def usual(few: Connection) -> LifetimeValues:
    return values_of(few)


def values_of(
    con: Connection,
    grouping: Grouping | None = None,
    notify: Notify = silent,
    by: tuple[str, ...] = (),
    **terms: Any,
) -> LifetimeValues:
    rules = Settings(forecast=Forecasting(**terms))
    return answered(QUESTION, asked_of(con, PeriodKind.YEAR, rules, notify, by=by), group=grouping)


def customers_of(con: Connection) -> Answer[Expectations]:
    return answered(CUSTOMERS, asked_of(con, rules=Settings()))


def value_of(
    found: LifetimeValues, measure: str, segment: str = "", horizon: int | None = None
) -> dict[str, Any]:
    rows = found.frame.filter(pl.col("measure").cast(pl.String) == measure, segment=segment)
    if horizon is not None:
        rows = rows.filter(horizon_days=horizon)
    assert rows.height == 1, f"{measure}: {rows.height} rows"
    return rows.row(0, named=True)


@pytest.fixture(scope="module")
def whole() -> LifetimeValues:
    with sample_shop() as con:
        return values_of(con, Grouping.COHORT, by=("channel",))


def test_the_formula_is_the_product_of_its_factors(whole: LifetimeValues) -> None:
    assert whole.frame.schema == LIFETIME_VALUE.schema
    factors = ("average_order_value_year", "purchase_frequency_per_year", "customer_lifetime_years")
    product = 1.0
    for factor in factors:
        product *= value_of(whole, factor)["value"]
    assert value_of(whole, "customer_lifetime_value")["value"] == pytest.approx(product)


@pytest.mark.parametrize("measure", ["expected_value", "expected_lifetime_value", "realised_value"])
@pytest.mark.parametrize("dimension", ["first_order.channel", "first_order.cohort"])
def test_the_groups_of_a_dimension_add_up_to_the_shop(
    whole: LifetimeValues, measure: str, dimension: str
) -> None:
    rows = whole.frame.filter(pl.col("measure").cast(pl.String) == measure).filter(
        (pl.col("horizon_days") != 90).fill_null(value=True)
    )
    parts, shop_row = rows.filter(dimension=dimension), rows.filter(dimension="")
    assert parts.height > 1
    assert parts["customers"].sum() == shop_row["customers"][0]
    assert parts["total"].sum() == pytest.approx(shop_row["total"][0])


def test_expected_value_of_new_customers_is_near_the_realised_value(whole: LifetimeValues) -> None:
    for days in (90, 365):
        expected = value_of(whole, "expected_value_of_new", horizon=days)["value"]
        realised = value_of(whole, "realised_value", horizon=days)["value"]
        assert expected == pytest.approx(realised, rel=0.1)


def test_forecasts_have_a_back_test_and_realised_values_do_not(whole: LifetimeValues) -> None:
    assert whole.behind is not None
    used = value_of(whole, "expected_value", horizon=365)
    assert used["backtest_days"] == whole.behind.tested.plan.horizon_days == 180
    assert used["backtest_bias"] == whole.behind.bias
    assert used["backtest_bias_low"] < used["backtest_bias"] < used["backtest_bias_high"]
    formula = value_of(whole, "customer_lifetime_value")
    assert abs(formula["backtest_bias"]) > abs(used["backtest_bias"])
    for untried in (
        value_of(whole, "realised_value", horizon=365),
        value_of(whole, "expected_value_of_new", horizon=365),
        value_of(whole, "expected_value", "app", 365),
        value_of(whole, "expected_lifetime_value"),
    ):
        assert (untried["backtest_bias"], untried["backtest_days"]) == (None, None)


def test_an_interval_contains_its_value_and_narrows_with_more_customers(whole: LifetimeValues) -> None:
    shop_row = value_of(whole, "expected_value", horizon=365)
    part = value_of(whole, "expected_value", "app", 365)
    for row in (shop_row, part):
        assert row["value_low"] < row["value"] < row["value_high"]
    widths = [(row["value_high"] - row["value_low"]) / row["value"] for row in (shop_row, part)]
    assert widths[0] < widths[1]


def test_a_margin_is_a_factor_of_every_value_and_shown(few: Connection, usual: LifetimeValues) -> None:
    halved = values_of(few, margin=0.5)
    assert value_of(halved, "margin")["value"] == 0.5
    for measure, horizon in (
        ("customer_lifetime_value", None), ("realised_value", 365), ("expected_value", 365),
        ("expected_value_of_new", 90),
    ):  # fmt: skip
        before, after = (value_of(one, measure, horizon=horizon)["value"] for one in (usual, halved))
        assert after == pytest.approx(before / 2), measure
    factor = "average_order_value_year"
    assert value_of(halved, factor)["value"] == value_of(usual, factor)["value"]


def test_a_lower_discount_rate_raises_values_and_without_one_lifetime_value_is_unknown(
    few: Connection, usual: LifetimeValues
) -> None:
    free = values_of(few, yearly_discount_rate=0.0)
    more = value_of(free, "expected_value", horizon=365)["value"]
    assert more > value_of(usual, "expected_value", horizon=365)["value"]
    assert free.frame.filter(pl.col("measure").cast(pl.String) == "expected_lifetime_value").is_empty()


def test_each_customer_has_a_row_and_the_rows_add_up(few: Connection, usual: LifetimeValues) -> None:
    rows = customers_of(few).frame
    assert rows.schema == CUSTOMER_VALUES.schema
    assert rows["customer_key"].is_sorted()
    assert rows["customer_key"].n_unique() == rows.height
    total = value_of(usual, "expected_value", horizon=365)
    assert rows.height == total["customers"]
    assert rows["value"].sum() == pytest.approx(total["total"])
    assert rows["probability_of_none"].is_between(0, 1).all()
    assert (rows["expected_purchases_low"] <= rows["expected_purchases_high"]).all()
    assert (rows["value_low"] <= rows["value_high"]).all()


START = date(2024, 1, 1)


def regulars(customers: int, every: int, days: int) -> list[tuple[str, str, str, str]]:
    """Orders of customers who each buy every `every` days, starting one after the other."""
    return [
        (f"{customer}-{day}", f"c{customer}", str(START + timedelta(days=day + customer % every)), "10")
        for customer in range(customers)
        for day in range(0, days, every)
    ]


def test_in_a_small_shop_no_model_is_fitted_with_a_notice() -> None:
    heard = Heard([])
    con = shop([*regulars(20, 30, 360), ("last", "x", "2025-03-01", "5")])
    found = values_of(con, notify=heard)
    assert "small-shop" in heard.slugs
    row = value_of(found, "expected_value", horizon=365)
    assert (row["value"], row["total"], row["method"], row["state"]) == (None, None, None, "none")
    assert value_of(found, "customer_lifetime_value")["backtest_bias"] is not None
    assert found.frame.filter(pl.col("measure").cast(pl.String) == "expected_lifetime_value").is_empty()


def test_in_a_small_shop_unknown_values_of_customers_are_null() -> None:
    con = shop([*regulars(20, 30, 360), ("last", "x", "2025-03-01", "5")])
    rows = customers_of(con).frame
    assert rows.height == 20
    assert rows["purchases"].min() == 12
    assert rows["value"].null_count() == rows["value_low"].null_count() == 20


def test_where_every_model_is_refused_a_naive_forecast_takes_its_place() -> None:
    con = shop([*regulars(220, 60, 360), ("last", "x", "2025-03-01", "5")])
    row = value_of(values_of(con), "expected_value", horizon=365)
    assert row["method"] in {"own_rate", "last_days", "shop_formula"}
    assert row["value"] > 0
    assert row["value_low"] is None
    rows = customers_of(con).frame
    assert rows["value"].null_count() == 0
    assert rows["lifetime_value"].null_count() == rows["value_low"].null_count() == rows.height


def test_a_short_history_has_no_forecast_but_a_notice() -> None:
    heard = Heard([])
    con = shop([*regulars(20, 5, 10), ("last", "x", "2024-01-20", "5")])
    found = values_of(con, notify=heard)
    assert "no-forecast" in heard.slugs
    assert found.behind is None
    assert not [
        measure for measure in found.frame["measure"].cast(pl.String) if measure.startswith("expected")
    ]
    assert value_of(found, "realised_value", horizon=90)["state"] == "none"
    with pytest.raises(DataError, match="no forecast is possible"):
        customers_of(con)


def test_cohorts_need_a_period() -> None:
    con = shop(regulars(20, 30, 360))
    with pytest.raises(UsageError, match="--group cohort"):
        answered(QUESTION, asked_of(con), group=Grouping.COHORT)
