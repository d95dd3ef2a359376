from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from loading import HEADER, export, load

from wieder.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

LINES = f"{HEADER},status,channel"


def test_the_rows_of_an_order_are_its_lines(tmp_path: Path) -> None:
    rows = [
        "1,A,2024-01-02,10.10,paid,web",
        "2,B,2024-01-03,5.00,paid,app",
        "1,,2024-01-01,0.0001,paid,shop",
        "1,A,2024-01-05,-3.10,paid,",
    ]
    loaded = load(export(tmp_path / "a.csv", *rows, header=LINES))
    assert loaded.orders("order_id, customer_key, ordered_at, amount, status, channel, n_rows") == [
        ("1", "A", "2024-01-01 00:00:00", "7.0001", "paid", "web", "3"),
        ("2", "B", "2024-01-03 00:00:00", "5.0000", "paid", "app", "1"),
    ]
    assert loaded.account() == (4, 0, 0, 4)
    assert loaded.slugs == ["order-lines-summed"]
    assert "4 rows form 2 orders" in loaded.message("order-lines-summed")


def test_quantity_times_price_is_the_amount_of_a_line(tmp_path: Path) -> None:
    rows = ["1,A,2024-01-01,3,1.15", "1,A,2024-01-01,-1,0.05", "2,B,2024-01-01,1.5,0.333"]
    loaded = load(export(tmp_path / "a.csv", *rows, header="invoice_no,customer,date,quantity,unit_price"))
    assert loaded.orders("amount") == ["3.4000", "0.4995"]


def test_a_product_with_more_than_four_decimals_is_rejected(tmp_path: Path) -> None:
    rows = ["1,A,2024-01-01,1.5,0.33333", "2,A,2024-01-01,1.55,0.3333", "3,A,2024-01-01,2,0.3333"]
    loaded = load(export(tmp_path / "a.csv", *rows, header="invoice_no,customer,date,quantity,unit_price"))
    assert loaded.orders("amount") == ["0.6666"]
    assert loaded.rejects() == [(2, "unit-price-too-precise"), (3, "amount-too-precise")]


def test_an_order_of_two_customers_is_rejected(tmp_path: Path) -> None:
    rows = ["1,A,2024-01-01,1.00,,", "2,B,2024-01-01,2.00,,", "1,C,2024-01-01,3.00,,", "1,,2024-01-01,4.00,,"]
    loaded = load(export(tmp_path / "a.csv", *rows, header=LINES))
    assert loaded.orders() == ["2"]
    assert loaded.rejects() == [
        (2, "order-two-customers"),
        (4, "order-two-customers"),
        (5, "order-two-customers"),
    ]
    assert loaded.rows("select amount_read, amount_rejected, amount_kept from staged_files") == [(10, 8, 2)]


def test_a_repeated_total_and_changing_states_are_reported(tmp_path: Path) -> None:
    rows = ["1,A,2024-01-01,9.00,paid,", "1,A,2024-01-01,9.00,sent,", "2,B,2024-01-01,2.00,paid,"]
    loaded = load(export(tmp_path / "a.csv", *rows, header=LINES))
    assert loaded.slugs == ["order-lines-summed", "order-lines-equal", "order-lines-differ"]


def test_an_order_in_two_files_is_one_row_per_file(tmp_path: Path) -> None:
    one = export(tmp_path / "a.csv", "1,A,2024-01-01,10.00,paid,", header=LINES)
    two = export(tmp_path / "b.csv", "1,A,2024-01-01,7.00,refunded,", header=LINES)
    loaded = load(one, two)
    assert loaded.orders("order_id, amount, file_number") == [("1", "10.0000", "1"), ("1", "7.0000", "2")]
    assert "the newest version counts" in loaded.message("orders-in-several-files")


def test_currencies_are_never_added(tmp_path: Path) -> None:
    rows = ["1,A,2024-01-01,1.00,eur", "2,A,2024-01-01,1.00, EUR", "3,A,2024-01-01,1.00,CHF"]
    path = export(tmp_path / "a.csv", *rows, header=f"{HEADER},Währung")
    with pytest.raises(DataError, match=r"more than one currency: EUR \(2 rows\), CHF \(1 rows\)") as caught:
        load(path)
    assert "--currency EUR" in caught.value.remedy
    loaded = load(path, where="upper(trim(currency)) = 'EUR'")
    assert loaded.orders("order_id, currency") == [("1", "EUR"), ("2", "EUR")]


def test_the_proposed_currency_resolves_the_ambiguity(tmp_path: Path) -> None:
    path = export(
        tmp_path / "a.csv", "1,A,2024-01-01,1.00,eur", "2,A,2024-01-01,1.00,chf", header=f"{HEADER},currency"
    )
    assert load(path, where="currency = 'CHF'").orders() == ["2"]


def test_any_column_named_currency_is_checked(tmp_path: Path) -> None:
    rows = ["1,A,2024-01-01,1.00,EUR", "2,A,2024-01-01,1.00,CHF"]
    with pytest.raises(DataError, match="more than one currency"):
        load(export(tmp_path / "a.csv", *rows, header=f"{HEADER},Order Currency ISO"))


def test_rows_without_a_currency_do_not_get_that_of_the_others(tmp_path: Path) -> None:
    path = export(
        tmp_path / "a.csv", "1,A,2024-01-01,1.00,EUR", "2,A,2024-01-01,1.00,", header=f"{HEADER},currency"
    )
    with pytest.raises(DataError, match="1 rows of orders have no currency, the others are in EUR"):
        load(path)


def test_the_last_row_of_a_customer_counts(tmp_path: Path) -> None:
    others = [f"C{n},DE" for n in range(10)]
    one = export(tmp_path / "a.csv", "A,DE", "B,AT", "A,CH", *others, header="customer_id,country")
    two = export(tmp_path / "b.csv", "B,FR,gold", ",DE,", header="customer_id,country,level")
    loaded = load(one, two)
    assert loaded.rows(
        "select * exclude (file_number) from staged_customers where customer_key < 'C' order by 1"
    ) == [
        ("A", "CH", None),
        ("B", "FR", "gold"),
    ]
    assert loaded.account() == (15, 1, 0, 14)
    assert loaded.rejects() == [(3, "customer-id-empty")]
    assert loaded.slugs == ["rows-rejected", "customers-repeated"]


def test_a_list_of_many_rows_per_customer_is_not_a_customer_list(tmp_path: Path) -> None:
    rows = [f"C{n % 4},2024-01-01" for n in range(10)]
    with pytest.raises(DataError, match="10 rows have 4 customers: it is not a customer list"):
        load(export(tmp_path / "a.csv", *rows, header="Customer Email,Purchase Date"))


def test_the_customer_0_is_a_guest(tmp_path: Path) -> None:
    loaded = load(export(tmp_path / "a.csv", "1,0,2024-01-01,1.00", "2,7,2024-01-01,1.00"))
    assert loaded.orders("order_id, customer_key") == [("1", None), ("2", "7")]
    assert loaded.slugs == ["guest-key"]


def test_keys_that_do_not_match_are_reported(tmp_path: Path) -> None:
    orders = export(tmp_path / "orders.csv", "1,A,2024-01-01,1.00")
    assert load(orders, export(tmp_path / "c.csv", "a@b.de,DE", header="email,country")).slugs == [
        "customers-unmatched"
    ]
    assert load(orders, export(tmp_path / "d.csv", "A,DE", header="customer_id,country")).slugs == []
    assert load(export(tmp_path / "e.csv", "1,,2024-01-01,1.00")).slugs == ["no-customers"]
