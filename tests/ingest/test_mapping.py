from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from loading import export, load

from wieder.errors import DataError, UsageError
from wieder.exports.customers import CUSTOMERS
from wieder.exports.orders import ORDERS
from wieder.ingest.layout import Header
from wieder.ingest.mapping import chosen_columns, resolve

if TYPE_CHECKING:
    from pathlib import Path


def names(*header: str, **chosen: str) -> dict[str, str]:
    """Canonical column -> column of the export."""
    found = resolve(ORDERS, Header(names=header, types=("VARCHAR",) * len(header)), chosen)
    return {column: header[place] for column, place in found.positions.items()}


def test_german_and_english_synonyms_are_recognised() -> None:
    assert names("Bestell-Nr.", "Kundennummer", "Bestelldatum", "Gesamtbetrag") == {
        "order_id": "Bestell-Nr.",
        "customer_id": "Kundennummer",
        "ordered_at": "Bestelldatum",
        "amount": "Gesamtbetrag",
    }
    assert names("Invoice", "Qty", "Price per unit") == {
        "order_id": "Invoice",
        "quantity": "Qty",
        "unit_price": "Price per unit",
    }


def test_the_users_choice_precedes_the_canonical_name_and_that_synonyms() -> None:
    assert names("total", "amount")["amount"] == "amount"
    assert names("total", "amount", amount="total")["amount"] == "total"
    assert names("Summe netto", "amount", amount="summe NETTO")["amount"] == "Summe netto"


def test_a_column_has_one_meaning() -> None:
    assert names("customer", "email", order_id="customer") == {"order_id": "customer", "customer_id": "email"}


def test_a_key_takes_precedence_over_an_e_mail_address() -> None:
    assert names("Email", "Kundennummer")["customer_id"] == "Kundennummer"
    assert names("Email")["customer_id"] == "Email"


def test_two_synonyms_are_a_conflict_that_a_choice_resolves(tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv", "1,A,2024-01-01,5,9", header="order_id,customer_id,date,total,price")
    with pytest.raises(DataError, match="amount could be any of the columns total, price") as caught:
        load(path)
    assert caught.value.remedy == "choose one: --map amount=total"
    assert load(path, columns={"amount": "price"}).orders("amount, total") == [("9.0000", "5")]


def test_a_price_with_a_quantity_is_ambiguous(tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv", "1,A,2024-01-01,3,2.50", header="order_id,customer_id,date,qty,price")
    with pytest.raises(DataError, match="may be the unit price or the total of the row"):
        load(path)
    assert load(path, columns={"unit_price": "price"}).orders("amount") == ["7.5000"]
    assert load(path, columns={"amount": "price"}).orders("amount") == ["2.5000"]


def test_a_choice_applies_to_orders_unless_it_names_customers() -> None:
    columns = {"amount": "Gesamt", "customers.customer_id": "Nr", "orders.order_id": "Beleg"}
    assert chosen_columns(columns, ORDERS) == {"amount": "Gesamt", "order_id": "Beleg"}
    assert chosen_columns(columns, CUSTOMERS) == {"customer_id": "Nr"}


@pytest.mark.parametrize("key", ["betrag", "customers.amount", "shops.order_id"])
def test_an_unknown_column_to_map_is_refused(key: str) -> None:
    with pytest.raises(UsageError, match=f"no column '{key}' to map to"):
        chosen_columns({key: "x"}, ORDERS)
