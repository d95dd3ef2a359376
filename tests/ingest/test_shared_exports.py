"""One shop in the export of every system, compared with its sales from an independent source."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from loading import Loaded, load

from wieder.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

EXPORTS = Path(__file__).parents[3] / "shared" / "data" / "exports"
needs_shared = pytest.mark.skipif(not EXPORTS.exists(), reason="the shared exports are not here")
pytestmark = needs_shared

Truth = dict[str, str]
BERLIN: dict[str, Any] = {"time_zone": "Europe/Berlin"}
EUR: dict[str, Any] = {"currency": "EUR"}

WHOLE: dict[str, dict[str, Any]] = {
    "shopify_orders_export.csv": BERLIN,
    "squarespace_orders.csv": BERLIN,
    "woocommerce_webtoffee_orders.csv": {},
    "shopware5_orders_positions.csv": {},
    "german_excel_cp1252.csv": {},
    "german_excel_utf8bom_sep_footer.csv": {},
}
"""Exports that contain every order, with the settings that they need."""

WITHOUT_REFUNDS = {"shopware5_orders_positions.csv"}
CANCELLED_IF_REFUNDED = {"shopware5_orders_positions.csv"}
"""Exports in which an order refunded in full is a cancelled one."""


def expected(orders: str, zone: str) -> dict[str, Any]:
    figures = json.loads((EXPORTS / "expected.json").read_text("utf-8"))
    [found] = [value for name, value in figures.items() if name.startswith(orders)]
    known: dict[str, Any] = found[zone]
    return known


def figures(loaded: Loaded, condition: str = "true", *, refunds: bool = True) -> dict[str, Any]:
    """Figures of the staged orders, in the form of expected.json."""
    refunded = "cast(sum(refunded_amount) as DECIMAL(18, 2))::VARCHAR" if refunds else "null"
    sums = f"count(*), cast(sum(amount) as DECIMAL(18, 2))::VARCHAR, {refunded}"
    orders = f"from staged_orders where {condition}"
    months = loaded.rows(f"select strftime(ordered_at, '%Y-%m') as m, {sums} {orders} group by m order by m")
    [(n_orders, gross, returned)] = loaded.rows(f"select {sums} {orders}")
    per_customer = loaded.rows(f"select count(*) {orders} and customer_key is not null group by customer_key")
    return {
        "orders": n_orders,
        "gross": gross,
        "refunded": returned,
        "customers_with_email": len(per_customer),
        "orders_without_customer": n_orders - sum(n for (n,) in per_customer),
        "repeat_customers": sum(n > 1 for (n,) in per_customer),
        "months": {m: {"orders": n, "gross": total, "refunded": back} for m, n, total, back in months},
    }


def without_refunds(known: dict[str, Any]) -> dict[str, Any]:
    months = {month: values | {"refunded": None} for month, values in known["months"].items()}
    return known | {"refunded": None, "months": months}


def compared(file: str, known: dict[str, Any]) -> dict[str, Any]:
    """The figures of expected.json that the export contains."""
    kept = {name: value for name, value in known.items() if name != "net"}
    return without_refunds(kept) if file in WITHOUT_REFUNDS else kept


@pytest.mark.parametrize("file", WHOLE)
def test_a_complete_export_gives_the_figures_in_berlin(file: str) -> None:
    loaded = load(EXPORTS / file, **EUR, **WHOLE[file])
    refunds = file not in WITHOUT_REFUNDS
    assert figures(loaded, refunds=refunds) == compared(file, expected("all_EUR", "berlin"))
    if file not in CANCELLED_IF_REFUNDED:
        valid = figures(loaded, "status <> 'cancelled' and amount > 0", refunds=refunds)
        assert valid == compared(file, expected("valid_EUR", "berlin"))
        paid = figures(loaded, "status not in ('cancelled', 'pending') and amount > 0", refunds=refunds)
        assert paid == compared(file, expected("paid_only", "berlin"))


@pytest.mark.parametrize("file", [file for file, settings in WHOLE.items() if settings])
def test_an_export_with_time_zones_gives_the_figures_in_utc(file: str) -> None:
    loaded = load(EXPORTS / file, **EUR, time_zone="UTC")
    assert figures(loaded) == compared(file, expected("all_EUR", "utc"))
    valid = figures(loaded, "status <> 'cancelled' and amount > 0")
    assert valid == compared(file, expected("valid_EUR", "utc"))


@pytest.mark.parametrize("file", [file for file, settings in WHOLE.items() if settings])
def test_the_repeated_hour_has_the_same_local_time(file: str) -> None:
    loaded = load(EXPORTS / file, **EUR, **BERLIN)
    times = loaded.rows(
        "select ordered_at::VARCHAR from staged_orders where order_id like '%100_' order by order_id"
    )
    assert times[2] == times[3] == ("2025-10-26 02:30:00",)
    assert (times[4], loaded.orders("order_id").count("#1013")) == (("2025-11-01 00:30:00",), 0)


def truth() -> list[Truth]:
    with (EXPORTS / "truth_orders.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True, kw_only=True)
class Part:
    """The contents of an export that does not contain everything."""

    settings: dict[str, Any] = field(default_factory=dict)
    holds: Callable[[Truth], bool] = lambda _: True
    amount: Callable[[Truth], Decimal] = lambda order: Decimal(order["total_gross"])
    customer: Callable[[Truth], str] = lambda order: order["email_normalised"]
    refunds: bool = False
    more: tuple[tuple[str, str], ...] = ()
    """Month and amount of rows that are not orders in the truth."""


def in_franc(order: Truth) -> Decimal:
    """The amount in the currency of the shop, at the rate that the exports use."""
    return Decimal(order["total_gross"]) * (Decimal("1.07") if order["currency"] == "CHF" else 1)


EURO = "EUR"
PARTS = {
    "woocommerce_advanced_order_export.csv": Part(refunds=True),
    "shopware6_default_orders.csv": Part(settings=BERLIN),
    "magento2_sales_order_grid.csv": Part(amount=in_franc, refunds=True),
    "stripe_payments_unified.csv": Part(
        settings=BERLIN | EUR,
        holds=lambda order: (
            order["status"] != "pending" and order["total_gross"] != "0.00" and order["customer_key"] != ""
        ),
        refunds=True,
        more=(("2026-01", "56.50"),),  # an attempt that failed
    ),
    "amazon_new_orders_report_cp1252.txt": Part(
        settings=BERLIN | EUR,
        holds=lambda order: order["status"] not in {"cancelled", "pending"},
        amount=lambda order: Decimal(order["items_gross"]) + Decimal(order["shipping"]),
        customer=lambda order: order["customer_key"] or "a guest also has an address",
    ),
    "ebay_orders_report_en.csv": Part(
        settings=EUR, holds=lambda order: order["status"] != "cancelled" and order["customer_key"] != ""
    ),
    "ebay_bestellungen_de.csv": Part(
        holds=lambda order: (
            order["status"] != "cancelled" and order["customer_key"] != "" and order["currency"] == EURO
        )
    ),
    "etsy_sold_orders.csv": Part(settings=EUR, holds=lambda order: order["status"] != "cancelled"),
}


@pytest.mark.parametrize("file", PARTS)
def test_an_incomplete_export_gives_the_figures_of_its_part(file: str) -> None:
    part = PARTS[file]
    loaded = load(EXPORTS / file, **part.settings)
    euros = "currency" in part.settings
    orders = [order for order in truth() if part.holds(order) and not (euros and order["currency"] != EURO)]
    amounts = [(order["order_ts_local_berlin"][:7], part.amount(order)) for order in orders]
    amounts += [(month, Decimal(amount)) for month, amount in part.more]
    assert loaded.rows("select count(*), sum(amount) from staged_orders") == [
        (len(amounts), sum(amount for _, amount in amounts))
    ]
    months = loaded.rows("select strftime(ordered_at, '%Y-%m') as m, count(*) from staged_orders group by m")
    assert dict(months) == Counter(month for month, _ in amounts)
    keys = {part.customer(order) for order in orders} - {""}
    assert loaded.rows("select count(distinct customer_key) from staged_orders") == [(len(keys),)]
    refunded = (
        sum((Decimal(order["refunded"]) for order in orders), start=Decimal(0)) if part.refunds else None
    )
    assert loaded.rows("select sum(refunded_amount) from staged_orders") == [(refunded,)]


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("amazon_all_orders_flat_file.txt", "no column with the customer"),
        ("amazon_settlement_v2_de.txt", "payments, without the customer"),
        ("woocommerce_analytics_orders.csv", "customers by name only, and two customers may share a name"),
        ("prestashop_orders.csv", "which do not identify customers"),
    ],
)
def test_an_export_without_usable_customers_is_refused_with_the_reason(file: str, reason: str) -> None:
    with pytest.raises(DataError, match=reason) as caught:
        load(EXPORTS / file, **EUR, **BERLIN)
    assert caught.value.remedy.startswith("export")


@pytest.mark.parametrize("file", ["woocommerce_analytics_orders.csv", "prestashop_orders.csv"])
def test_names_identify_customers_only_if_the_user_maps_them(file: str) -> None:
    loaded = load(EXPORTS / file, columns={"customer_id": "Customer"}, **EUR)
    known = expected("all_EUR", "berlin")
    assert figures(loaded, refunds=False)["gross"] == known["gross"]
    assert loaded.rows("select count(distinct customer_key) from staged_orders") == [(6,)]


@pytest.mark.parametrize(
    "file",
    [
        "shopify_customers_export.csv", "woocommerce_analytics_customers.csv",
        "magento2_customer_listing.csv", "klaviyo_profiles.csv",
    ],
)  # fmt: skip
def test_customers_have_the_same_key_as_orders(file: str) -> None:
    loaded = load(EXPORTS / file, EXPORTS / "shopify_orders_export.csv", **EUR, **BERLIN)
    assert loaded.rows("select count(*) from staged_customers") == [(7,)]
    assert loaded.rows(
        "select count(distinct customer_key) from staged_orders"
        " semi join staged_customers using (customer_key)"
    ) == [(6,)]


def test_every_shared_export_is_tested() -> None:
    looked_at = {*WHOLE, *PARTS} | {
        "amazon_all_orders_flat_file.txt", "amazon_settlement_v2_de.txt", "woocommerce_analytics_orders.csv",
        "prestashop_orders.csv", "shopify_customers_export.csv", "woocommerce_analytics_customers.csv",
        "magento2_customer_listing.csv", "klaviyo_profiles.csv", "truth_orders.csv", "expected.json",
        "gen_formats.py",
    }  # fmt: skip
    assert {path.name for path in EXPORTS.iterdir()} == looked_at
