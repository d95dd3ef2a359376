"""The figures of vendors for shops small enough to count by hand."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from asked import answered, asked_of
from shops import known_shop
from wieder.errors import UsageError
from wieder.kpis import REGISTRY
from wieder.periods import PeriodKind
from wieder.questions.dialects import QUESTION
from wieder.questions.dialects.rules import DISPUTED, RULES, DialectRule, Vendor, dialect
from wieder.questions.dialects.table import DIALECTS
from wieder.questions.kpis import kpis_of

if TYPE_CHECKING:
    from wieder.asking.answer import Answer
    from wieder.database import Connection

FEBRUARY = date(2024, 2, 1)

ROWS = [
    ("0", "z", "2023-01-01", "100"),  # start of the data
    ("1", "a", "2024-01-10", "10"),  # new in January, back in February
    ("2", "b", "2024-01-20", "20"),  # new in January, back in March
    ("3", "c", "2024-01-05", "5", {"status": "cancelled"}),
    ("4", "a", "2024-02-05", "30"),
    ("5", "c", "2024-02-10", "40"),  # the first valid order of c is in February
    ("6", "c", "2024-02-20", "50"),  # and the second
    ("7", "d", "2024-02-25", "60"),  # new in February, back in March
    ("8", None, "2024-02-26", "7"),
    ("9", "b", "2024-03-01", "80"),
    ("10", "d", "2024-03-02", "90"),
    ("11", "e", "2024-02-27", "1"),  # new in February, never back
]
"""February: a, c, d and e buy; c, d and e are new; c and d order again later, c within February."""


@cache
def compared(
    vendor: Vendor,
    con: Connection | None = None,
    kind: PeriodKind = PeriodKind.MONTH,
    *,
    latest: bool = False,
    **selection: Any,
) -> Answer[tuple[DialectRule, ...]]:
    selection |= {"as_of": "2024-03-10", "is_time_chosen": not latest}
    return answered(QUESTION, asked_of(con or known_shop(ROWS), kind, **selection), vendor=vendor)


def row_of(found: Answer[Any], kpi: str, start: date = FEBRUARY) -> dict[str, Any]:
    [row] = found.frame.filter(kpi=kpi, period_start=start).to_dicts()
    return row


def parts_of(found: Answer[Any], kpi: str) -> tuple[float, float]:
    row = row_of(found, kpi)
    return row["dialect_numerator"], row["dialect_denominator"]


def test_shopify_counts_every_customer_with_two_orders_by_the_end_of_the_range() -> None:
    """a ordered before, c twice in February: two of four; by our definition only a counts."""
    found = compared(Vendor.SHOPIFY)
    assert parts_of(found, "returning_customer_rate") == (2, 4)
    row = row_of(found, "returning_customer_rate")
    assert (row["value"], row["dialect_value"], row["difference"]) == (0.25, 0.5, 0.25)


def test_shopify_counts_a_cancelled_order_as_the_first() -> None:
    row = row_of(compared(Vendor.SHOPIFY), "new_orders")
    assert (row["value"], row["dialect_value"], row["difference"]) == (3, 2, -1)


@pytest.mark.parametrize(
    ("vendor", "kpi"),
    [
        (Vendor.SHOPIFY, "repeat_purchase_rate"),
        (Vendor.METORIK, "repeat_purchase_rate"),
        (Vendor.METORIK, "returning_customer_rate"),
        (Vendor.METORIK, "base_retention_rate"),
    ],
)
def test_new_customers_with_an_order_at_any_later_time(vendor: Vendor, kpi: str) -> None:
    """c, d and e are new in February; c and d order again."""
    assert parts_of(compared(vendor), kpi) == (2, 3)


@pytest.mark.parametrize("vendor", [Vendor.SHOPIFY, Vendor.PUTLER])
def test_all_revenue_of_new_customers_is_new(vendor: Vendor) -> None:
    """a returns with 30, and by our definition also c with a second order; the anonymous order is neither."""
    row = row_of(compared(vendor), "returning_revenue")
    assert (row["value"], row["dialect_value"]) == (80, 30)


def test_putler_counts_returning_customers_as_we_do() -> None:
    """Only our figure is unknown in the period in which the data begin."""
    found = compared(Vendor.PUTLER, incomplete=True).frame.filter(kpi="returning_customer_rate")[1:]
    assert found["value"].equals(found["dialect_value"])
    assert found["difference"].drop_nulls().unique().to_list() == [0.0]


def test_peel_counts_repeaters_as_we_do_if_orders_are_occasions() -> None:
    found = compared(Vendor.PEEL).frame.filter(kpi="repeat_purchase_rate")
    assert found["value"].equals(found["dialect_value"])
    assert parts_of(compared(Vendor.PEEL), "repeat_purchase_rate") == (2, 6)  # a, c of z, a, b, c, d, e


def test_peel_measures_retention_by_thirty_days() -> None:
    """Up to 1 March: a and b bought from 1 to 30 January, and a again in the 30 days after."""
    assert parts_of(compared(Vendor.PEEL), "base_retention_rate") == (1, 2)
    assert row_of(compared(Vendor.PEEL), "base_retention_rate", date(2023, 1, 1))["dialect_value"] is None


def test_peel_divides_the_year_by_orders_per_customer() -> None:
    """In the 365 days before 1 March: seven orders of five customers; z is older."""
    row = row_of(compared(Vendor.PEEL), "median_days_between_orders")
    assert row["dialect_value"] == pytest.approx(365 / (7 / 5), rel=1e-12)


@pytest.mark.parametrize("vendor", [Vendor.METORIK, Vendor.PEEL])
def test_lifetime_value_as_spend_so_far(vendor: Vendor) -> None:
    """z 100, a 40, b 20, c 90, d 60, e 1 up to 1 March."""
    assert parts_of(compared(vendor), "customer_lifetime_value") == (311, 6)


@pytest.mark.parametrize("vendor", Vendor)
def test_every_disputed_kpi_is_there_for_every_vendor_and_period(vendor: Vendor) -> None:
    found = compared(vendor)
    assert found.frame.schema == DIALECTS.schema
    assert found.frame["kpi"].to_list() == [*DISPUTED] * found.frame["period_start"].n_unique()
    without = {rule.kpi for rule in found.behind if rule.figure is None}
    assert found.frame.filter(pl.col("kpi").is_in(without))["dialect_value"].is_null().all()
    assert row_of(found, "repeat_purchase_rate")["value"] == pytest.approx(2 / 6)


@pytest.mark.parametrize("latest", [True, False])
def test_our_values_are_those_of_the_kpis(latest: bool) -> None:  # noqa: FBT001
    con = known_shop(ROWS)
    found = compared(Vendor.PEEL, con, latest=latest).frame
    kpis = kpis_of(asked_of(con, PeriodKind.MONTH, as_of="2024-03-10")).frame
    same = found.join(kpis, on=["kpi", "period_start"], how="left", suffix="_of_kpis", maintain_order="left")
    assert same["value"].equals(same["value_of_kpis"])
    assert found["period_start"].n_unique() == (1 if latest else 14)


def test_klaviyo_has_no_figures_of_a_shop() -> None:
    assert compared(Vendor.KLAVIYO).frame["dialect_value"].is_null().all()


def test_a_period_without_orders_has_no_returning_revenue() -> None:
    row = row_of(compared(Vendor.SHOPIFY), "returning_revenue", date(2023, 6, 1))
    assert (row["value"], row["dialect_value"]) == (0, 0)


def test_the_whole_span_is_one_comparison() -> None:
    found = compared(Vendor.SHOPIFY, kind=PeriodKind.ALL)
    [row] = found.frame.filter(kpi="returning_customer_rate").to_dicts()
    assert (row["dialect_numerator"], row["dialect_denominator"]) == (4, 6)  # a, b, c and d of six


def test_the_latest_period_alone_is_as_among_the_others() -> None:
    latest, every = compared(Vendor.SHOPIFY, latest=True).frame, compared(Vendor.SHOPIFY).frame
    assert latest.equals(every.filter(period_start=FEBRUARY))


def test_a_dialect_is_of_the_whole_shop() -> None:
    assert compared(Vendor.SHOPIFY, by=("status",)).frame.equals(compared(Vendor.SHOPIFY).frame)


@pytest.mark.parametrize("vendor", [None, "etsy"])
def test_an_unknown_vendor_is_refused_with_the_known_ones(vendor: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        answered(QUESTION, asked_of(known_shop(ROWS)), vendor=vendor)
    assert "shopify, metorik, putler, peel, klaviyo" in caught.value.remedy


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.vendor}-{rule.kpi}")
def test_every_rule_is_explained_in_both_languages(rule: DialectRule) -> None:
    assert rule.kpi in DISPUTED
    assert rule.kpi in REGISTRY
    assert rule.difference["de"] != rule.difference["en"]
    assert rule.difference["de"].endswith(".")
    assert rule.difference["en"].endswith(".")


def test_no_vendor_has_two_rules_for_one_kpi() -> None:
    assert len({(rule.kpi, rule.vendor) for rule in RULES}) == len(RULES)
    assert [rule.kpi for rule in dialect(Vendor.PEEL)] == list(DISPUTED)
