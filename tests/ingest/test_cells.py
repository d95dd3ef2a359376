from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wieder.database import connect, script

if TYPE_CHECKING:
    from wieder.database import Connection


@pytest.fixture(scope="module")
def con() -> Connection:
    found = connect()
    found.execute(script("ingest/cells"))
    return found


def read(con: Connection, macro: str, *arguments: str) -> object:
    marks = ", ".join("?" * len(arguments))
    [(value,)] = con.execute(f"select {macro}({marks})", list(arguments)).fetchall()
    return value


@pytest.mark.parametrize(
    ("cell", "number", "currency"),
    [
        ("EUR 1.234,56", "1.234,56", "EUR"),
        ("$97.99", "97.99", "USD"),
        ("AU $3,013.00", "3,013.00", "AUD"),
        ("-116,99 €", "-116,99", "EUR"),
        ("€ -5.00", "-5.00", "EUR"),
        ("1.234,56\u00a0€", "1.234,56", "EUR"),
        ("CHF40.00", "40.00", "CHF"),
        ("৳2,999", "2,999", "৳"),
        ("12,50 zł", "12,50", "PLN"),
        ("eur", "", "EUR"),
        ("12.90", "12.90", None),
        ("free", "", "FREE"),
    ],
)
def test_a_cell_with_money_is_a_number_and_a_currency(
    con: Connection, cell: str, number: str, currency: str | None
) -> None:
    assert read(con, "without_currency", cell) == number
    assert read(con, "upper", str(read(con, "currency_code", cell))) == str(currency).upper()


@pytest.mark.parametrize(
    ("written", "short"),
    [
        ("07-Okt-25", "07-Oct-25"),
        ("7. März 2025", "7. Mar 2025"),
        ("1. Mai 2025", "1. May 2025"),
        ("24. Dez. 2025", "24. Dec 2025"),
        ("Oct 7, 2025 9:50:26 AM", "Oct 7, 2025 9:50:26 AM"),
        ("September 1, 2025", "Sep 1, 2025"),
        ("Mon, 23 Sep 2024", "Mon, 23 Sep 2024"),
    ],
)
def test_months_become_names_that_strptime_accepts(con: Connection, written: str, short: str) -> None:
    assert read(con, "english_months", written) == short


@pytest.mark.parametrize(
    ("cell", "clean"), [("'01067", "01067"), ("'+49 89", "+49 89"), ("'t Hooft", "'t Hooft")]
)
def test_an_apostrophe_before_digits_is_removed(con: Connection, cell: str, clean: str) -> None:
    assert read(con, "without_apostrophe", cell) == clean


@pytest.mark.parametrize(
    ("cell", "total"),
    [
        ("amount:22.80|reason:", "22.8000"),
        ("amount:1.10|x;amount:-2|y", "-0.9000"),
        ("amount:x|", None),
        ("none", None),
    ],
)
def test_amounts_within_a_cell_are_summed_if_all_are_readable(
    con: Connection, cell: str, total: str | None
) -> None:
    assert read(con, "sum_of_matches", cell, "amount:([^|;]*)") == total


def test_the_last_match_within_a_cell_counts(con: Connection) -> None:
    assert read(con, "last_match", "date:2024|date:2025|", "date:([^|]*)") == "2025"
    assert read(con, "last_match", "nothing", "date:([^|]*)") is None
