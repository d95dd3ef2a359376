from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

import pytest
from loading import HEADER, export, load

from wieder.errors import AmbiguousError, DataError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

WITH_CURRENCY = f"{HEADER},currency"
ROWS = ("1,A,2024-01-01,10.00,EUR", "2,A,2024-01-02,20.00,chf", "3,B,2024-02-03,5.00,EUR")


def orders(tmp_path: Path, *rows: str, header: str = WITH_CURRENCY) -> Path:
    return export(tmp_path / "orders.csv", *(rows or ROWS), header=header)


def rates(tmp_path: Path, *lines: str, header: str = "date,currency,rate") -> str:
    return str(export(tmp_path / "rates.csv", *lines, header=header))


def test_one_currency_is_kept_and_the_rest_is_counted(tmp_path: Path) -> None:
    loaded = load(orders(tmp_path), currency="eur")
    assert loaded.orders("order_id, amount, currency") == [("1", "10.0000", "EUR"), ("3", "5.0000", "EUR")]
    assert loaded.account() == (3, 0, 1, 2)
    assert loaded.rows("select amount_left_out, amount_kept from staged_files") == [(20, 15)]


def test_a_currency_and_a_condition_both_apply(tmp_path: Path) -> None:
    assert load(orders(tmp_path), currency="EUR", where="amount > 5").orders() == ["1"]


def test_a_file_without_a_currency_is_in_the_selected_one(tmp_path: Path) -> None:
    plain = export(tmp_path / "plain.csv", "9,A,2024-01-01,1.00")
    loaded = load(plain, currency="EUR")
    assert loaded.orders("currency") == ["EUR"]
    assert "plain.csv has no currency column" in loaded.message("currency-assumed")


def test_a_missing_currency_among_others_is_not_guessed(tmp_path: Path) -> None:
    path = orders(tmp_path, "1,A,2024-01-01,10.00,EUR", "2,A,2024-01-02,20.00,")
    with pytest.raises(DataError, match="1 rows of orders have no currency"):
        load(path, currency="EUR")


def test_a_currency_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match="none of the 3 rows of orders is in USD: they are in EUR, CHF"
    ) as caught:
        load(orders(tmp_path), currency="USD")
    assert "--currency EUR" in caught.value.remedy


def test_two_currencies_are_refused_with_a_choice(tmp_path: Path) -> None:
    with pytest.raises(
        AmbiguousError, match=r"more than one currency: EUR \(2 rows\), CHF \(1 rows\)"
    ) as caught:
        load(orders(tmp_path))
    assert [answer.value for answer in caught.value.answers] == ["EUR", "CHF"]


def test_rates_convert_exactly_and_round_half_to_even(tmp_path: Path) -> None:
    path = orders(
        tmp_path, "1,A,2024-01-01,0.0001,CHF", "2,A,2024-01-01,0.0003,CHF", "3,A,2024-01-01,7.00,EUR"
    )
    loaded = load(path, currency="EUR", rates=rates(tmp_path, "CHF,0.5", header="currency,rate"))
    assert loaded.orders("amount, currency") == [("0.0000", "EUR"), ("0.0002", "EUR"), ("7.0000", "EUR")]
    assert "2 rows in CHF were converted into EUR" in loaded.message("currency-converted")


@pytest.mark.parametrize("amount", ["12345678901.2345", "-99999999.9999", "1234.5678", "0.0001"])
@pytest.mark.parametrize("rate", ["0.00000001", "1.06728713", "163.45", "0.99999999"])
def test_conversion_agrees_with_decimal_arithmetic(tmp_path: Path, amount: str, rate: str) -> None:
    path = orders(tmp_path, f"1,A,2024-01-01,{amount},CHF", "2,A,2024-01-01,1.00,EUR")
    expected = (Decimal(amount) * Decimal(rate)).quantize(Decimal("0.0001"), ROUND_HALF_EVEN)
    loaded = load(path, currency="EUR", rates=rates(tmp_path, f"CHF,{rate}", header="currency,rate"))
    assert [Decimal(value) for value in loaded.orders("amount")] == [expected, 1]


def test_every_amount_of_an_order_is_converted(tmp_path: Path) -> None:
    header = f"{WITH_CURRENCY},shipping,tax,discount,refunded_amount"
    path = orders(tmp_path, "1,A,2024-01-01,10,CHF,2,1.6,4,-5", "2,A,2024-01-01,1,EUR,0,0,0,0", header=header)
    loaded = load(path, currency="EUR", rates=rates(tmp_path, "CHF,2", header="currency,rate"))
    assert loaded.orders("amount, shipping, tax, discount, refunded_amount")[0] == (
        "20.0000", "4.0000", "3.2000", "8.0000", "10.0000",
    )  # fmt: skip
    assert loaded.rows("select amount_read from staged_files") == [(21,)]


def test_the_rate_of_the_day_is_the_last_one_before_it(tmp_path: Path) -> None:
    path = orders(
        tmp_path, "1,A,2024-01-05 23:59,1.00,CHF", "2,A,2024-01-06,1.00,CHF", "3,A,2024-01-20,1.00,CHF"
    )
    given = rates(tmp_path, "2024-01-05,CHF,2", "2024-01-06,CHF,3", "2024-01-06,USD,9", "2024-01-19,CHF,4")
    assert load(path, currency="EUR", rates=given).orders("amount") == ["2.0000", "3.0000", "4.0000"]


@pytest.mark.parametrize("line", ["2024-01-03,CHF,2", "2023-12-01,CHF,2", "2024-01-02,USD,2"])
def test_a_missing_or_old_rate_is_named_with_currency_and_day(tmp_path: Path, line: str) -> None:
    with pytest.raises(DataError, match="have no exchange rate, the first in CHF on 2024-01-02"):
        load(orders(tmp_path), currency="EUR", rates=rates(tmp_path, line))


def test_rows_that_are_left_out_need_no_rate(tmp_path: Path) -> None:
    loaded = load(
        orders(tmp_path), currency="EUR", where="currency = 'EUR'", rates=rates(tmp_path, "2024-01-01,USD,2")
    )
    assert loaded.orders() == ["1", "3"]


@pytest.mark.parametrize(
    ("lines", "header", "message"),
    [
        ((), "day,money", "the columns currency and rate are missing"),
        (("2024-01-01,CHF,x",), "date,currency,rate", "line 2: this is not an exchange rate"),
        (("01.01.2024,CHF,1",), "date,currency,rate", "line 2: this is not an exchange rate"),
        (("2024-01-01,CHF,0",), "date,currency,rate", "line 2: this is not an exchange rate"),
        (("2024-01-01,CHF,nan",), "date,currency,rate", "line 2: this is not an exchange rate"),
        (("2024-01-01,Franken,1",), "date,currency,rate", "line 2: this is not an exchange rate"),
        (("CHF",), "currency,rate", "line 2: this is not an exchange rate"),
        (("CHF,1.123456789",), "currency,rate", "more than eight decimals"),
    ],
)
def test_invalid_rates_are_refused(tmp_path: Path, lines: tuple[str, ...], header: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        load(orders(tmp_path), currency="EUR", rates=rates(tmp_path, *lines, header=header))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"currency": "Euro"}, "--currency Euro is not an ISO code"),
        ({"rates": "rates.csv"}, "--rates needs a currency to convert into"),
        ({"currency": "EUR", "rates": "missing.csv"}, "missing.csv: the rates cannot be read"),
    ],
)
def test_invalid_settings_are_refused(tmp_path: Path, given: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        load(orders(tmp_path), **given)
