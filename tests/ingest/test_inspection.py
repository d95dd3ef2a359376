from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from loading import export

from wieder.config import Settings
from wieder.database import connect
from wieder.errors import AmbiguousError, DataError, SettingChoice
from wieder.ingest.inspection import Inspected, inspect_exports
from wieder.notices import discard

if TYPE_CHECKING:
    from pathlib import Path


def inspect(
    *sources: Path, answers: tuple[int, ...] = (), **settings: Any
) -> tuple[list[Inspected], list[SettingChoice]]:
    """Description of files; the nth question gets the nth of `answers`, a position from 0."""
    left = list(answers)

    def ask(question: AmbiguousError) -> SettingChoice:
        if not left:
            raise question
        return question.answers[left.pop(0)]

    with connect() as con:
        found = inspect_exports(con, [str(s) for s in sources], Settings(**settings), None, discard, ask)
    assert not left
    return found


def test_a_file_is_described_without_being_loaded(tmp_path: Path) -> None:
    rows = [f"{n};K{n};0{n}.12.2025;1.234,5{n};web" for n in range(1, 8)]
    path = export(tmp_path / "a.csv", *rows, header="Bestellnummer;Kunde;Datum;Summe;Kanal")
    [found], answers = inspect(path)
    assert answers == []
    assert (found.table, found.delimiter, found.rows, found.currency) == ("orders", ";", 7, "")
    assert found.names == {
        "order_id": "Bestellnummer",
        "customer_id": "Kunde",
        "ordered_at": "Datum",
        "amount": "Summe",
    }
    assert found.further == ("kanal",)
    assert (found.readers["amount"], found.readers["ordered_at"]) == ("number_comma", "date_dots")
    assert found.sample.height == 5
    assert found.sample.row(0, named=True) == {
        "order_id": "1",
        "customer_key": "K1",
        "ordered_at": datetime(2025, 12, 1),  # noqa: DTZ001  (local time of the shop)
        "amount": Decimal("1234.51"),
        "kanal": "web",
    }


def test_customers_are_also_described(tmp_path: Path) -> None:
    path = export(tmp_path / "k.csv", "1,Ulm", "2,Bonn", header="customer_id,city")
    [found], _ = inspect(path)
    assert (found.table, found.rows, found.sample.rows()) == ("customers", 2, [("1", "Ulm"), ("2", "Bonn")])


def test_each_ambiguity_is_asked_once(tmp_path: Path) -> None:
    header = "order_id,customer_id,ordered_at,total,revenue"
    path = export(tmp_path / "a.csv", "1,A,01/02/2025,1.234,9", header=header)
    [found], answers = inspect(path, answers=(0, 1, 0))
    assert answers == [
        SettingChoice(("columns", "amount"), "total"),
        SettingChoice(("input", "dates"), "mdy"),
        SettingChoice(("input", "decimal"), "point"),
    ]
    assert found.names["amount"] == "total"


def test_one_of_several_currencies_is_chosen(tmp_path: Path) -> None:
    header = "order_id,customer_id,ordered_at,amount,currency"
    rows = ("1,A,2025-01-01,1.00,EUR", "2,A,2025-01-01,1.00,CHF")
    [found], answers = inspect(export(tmp_path / "a.csv", *rows, header=header), answers=(1,))
    assert answers == [SettingChoice(("input", "currency"), "EUR")]
    assert found.currency == "EUR"


def test_an_unanswered_question_is_refused(tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv", "1,A,01/02/2025,1.00")
    with pytest.raises(DataError, match="day or the month first") as caught:
        inspect(path)
    assert "--dates dmy" in caught.value.remedy
