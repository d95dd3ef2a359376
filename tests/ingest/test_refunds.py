"""Refunds and the parts of an amount are read completely or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from loading import HEADER, export, load

from wieder.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

REFUNDS = f"{HEADER},refunded_amount,refunded_at"


@pytest.mark.parametrize("sign", ["", "-"])
def test_refunds_of_either_sign_are_positive(tmp_path: Path, sign: str) -> None:
    path = export(
        tmp_path / "a.csv",
        f"1,A,2024-01-01,10,{sign}2.50,2024-01-05",
        "2,A,2024-01-02,10,0,",
        "3,A,2024-01-03,10,,",
        header=REFUNDS,
    )
    assert load(path).orders("refunded_amount, refunded_at") == [
        ("2.5000", "2024-01-05 00:00:00"),
        ("0.0000", None),
        ("0.0000", None),
    ]


def test_each_file_has_its_own_sign(tmp_path: Path) -> None:
    first = export(tmp_path / "a.csv", "1,A,2024-01-01,10,-2,", header=REFUNDS)
    second = export(tmp_path / "b.csv", "2,A,2024-01-01,10,3,", header=REFUNDS)
    assert load(first, second).orders("refunded_amount") == ["2.0000", "3.0000"]


def test_refunds_of_both_signs_are_refused(tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv", "1,A,2024-01-01,10,-2,", "2,A,2024-01-01,10,3,", header=REFUNDS)
    with pytest.raises(DataError, match=r"a\.csv: some refunds are positive .* order 1"):
        load(path)


def test_an_unreadable_refund_rejects_its_row(tmp_path: Path) -> None:
    path = export(
        tmp_path / "a.csv",
        "1,A,2024-01-01,10,all,",
        "2,A,2024-01-01,10,3,",
        "3,A,2024-01-01,9,0,",
        header=REFUNDS,
    )
    loaded = load(path)
    assert loaded.rejects() == [(2, "refunded-amount-unreadable")]
    assert loaded.orders() == ["2", "3"]


def test_refunds_of_a_file_without_the_column_are_not_known(tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv", "1,A,2024-01-01,10")
    assert load(path).orders("refunded_amount, tax, email") == [(None, None, None)]


def test_the_lines_of_an_order_are_summed(tmp_path: Path) -> None:
    path = export(
        tmp_path / "a.csv",
        "1,A,2024-01-01,10,2,2024-01-05,1.90,",
        "1,A,2024-01-01,20,3,2024-02-01,3.80,Anna@Shop.DE",
        header=f"{REFUNDS},tax,email",
    )
    columns = "amount, refunded_amount, refunded_at, tax, email"
    assert load(path).orders(columns) == [
        ("30.0000", "5.0000", "2024-02-01 00:00:00", "5.7000", "anna@shop.de")
    ]


def test_german_names_are_recognised(tmp_path: Path) -> None:
    path = export(
        tmp_path / "a.csv",
        "1;A;01.02.2024;1.234,50;-34,50;4,90;197,10;10,00",
        header="Bestellnummer;Kundennummer;Bestelldatum;Gesamtbetrag;Erstattet;Versandkosten;Steuer;Rabatt",
    )
    columns = "amount, refunded_amount, shipping, tax, discount"
    assert load(path).orders(columns) == [("1234.5000", "34.5000", "4.9000", "197.1000", "10.0000")]


def test_a_wrongly_matched_column_can_be_kept_as_text(tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv", "1,A,2024-01-01,10,WELCOME", header=f"{HEADER},discount")
    with pytest.raises(DataError, match="is not a number"):
        load(path)
    assert load(path, columns={"discount": ""}).orders("export_discount, discount") == [("WELCOME", None)]


def test_two_columns_that_may_be_the_refund_are_refused(tmp_path: Path) -> None:
    path = export(
        tmp_path / "a.csv", "1,A,2024-01-01,10,1,2", header=f"{HEADER},refund_amount,total_refunded"
    )
    with pytest.raises(DataError, match="refunded_amount could be any of"):
        load(path)


def test_refunds_of_an_order_on_several_days_count_on_the_last_with_a_notice(tmp_path: Path) -> None:
    path = export(
        tmp_path / "a.csv",
        "1,A,2024-01-01,10,2,2024-01-05",
        "1,A,2024-01-01,20,3,2024-02-06",
        "2,A,2024-01-02,10,1,2024-01-05",
        "2,A,2024-01-02,10,0,2024-02-06",
        header=REFUNDS,
    )
    loaded = load(path)
    assert loaded.message("refunds-on-several-days").startswith(f"{path}: 1 orders")
    assert loaded.orders("refunded_amount, refunded_at")[0] == ("5.0000", "2024-02-06 00:00:00")
