"""Exports without a key: newer files replace all rows with the same values in some columns."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from stores import LOADED_AT, export, run
from wieder.config import Settings
from wieder.errors import DataError
from wieder.notices import discard
from wieder.store.file import load, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.notices import Notice

FIRST = "spent_on,channel,amount\n2024-01-01,ads,5\n2024-01-01,mail,6\n2024-01-02,ads,7\n"


def amounts(db: Path) -> list[str]:
    with closing(open_store(db)) as con:
        rows = con.execute("select cast(amount as INTEGER) from spend order by spent_on, amount").fetchall()
    return [str(amount) for (amount,) in rows]


def test_a_newer_file_replaces_its_days_and_leaves_the_others(tmp_path: Path) -> None:
    db = tmp_path / "a.duckdb"
    said: list[Notice] = []
    run(db, export(tmp_path / "a.csv", FIRST))
    later = "spent_on,channel,amount\n2024-01-02,ads,8\n2024-01-03,ads,9\n"
    report = run(db, export(tmp_path / "b.csv", later), notices=said)
    assert amounts(db) == ["5", "6", "8", "9"]
    assert (report.files[0].counts.rows_kept, report.files[0].counts.rows_replaced) == (2, 1)
    assert [notice.slug for notice in said] == ["rows-replaced"]


def test_two_accounts_are_distinguished_by_their_source(tmp_path: Path) -> None:
    db = tmp_path / "a.duckdb"
    said: list[Notice] = []
    for source, amount in (("google", 5), ("meta", 7)):
        text = f"spent_on,source,amount\n2024-01-01,{source},{amount}\n"
        run(db, export(tmp_path / f"{source}.csv", text), notices=said)
    assert (amounts(db), said) == (["5", "7"], [])


def test_the_same_rows_in_a_longer_file_change_nothing_and_nothing_is_said(tmp_path: Path) -> None:
    db = tmp_path / "a.duckdb"
    said: list[Notice] = []
    run(db, export(tmp_path / "a.csv", FIRST))
    run(db, export(tmp_path / "b.csv", FIRST + "2024-01-03,ads,9\n"), notices=said)
    assert (amounts(db), said) == (["5", "6", "7", "9"], [])


def test_equal_amounts_of_different_channels_are_different_rows(tmp_path: Path) -> None:
    said: list[Notice] = []
    db = tmp_path / "a.duckdb"
    texts = [f"spent_on,channel,amount\n2024-01-01,{channel},5\n" for channel in ("google", "meta")]
    files = [export(tmp_path / f"{number}.csv", text) for number, text in enumerate(texts)]
    run(db, *files, notices=said)
    assert (amounts(db), [notice.slug for notice in said]) == (["5"], ["rows-replaced"])


def test_a_currency_missing_in_some_exports_gives_a_notice(tmp_path: Path) -> None:
    said: list[Notice] = []
    orders = "order_id,customer_id,ordered_at,amount,currency\n1,A,2024-01-01,10,EUR\n"
    files = [export(tmp_path / "orders.csv", orders), export(tmp_path / "spend.csv", FIRST)]
    run(tmp_path / "a.duckdb", *files, notices=said)
    [notice] = said
    assert notice.message == "spend: no currency is named; amounts count as EUR, as in orders"


def test_the_remedy_for_a_renamed_column_uses_its_name_in_map(tmp_path: Path) -> None:
    db = tmp_path / "a.duckdb"
    run(db, export(tmp_path / "a.csv", FIRST))
    later = export(tmp_path / "b.csv", FIRST.replace("amount", "kosten").replace("01-01", "02-01"))
    with pytest.raises(DataError) as caught:
        run(db, later)
    assert "--map spend.amount=kosten" in caught.value.remedy
    settings = Settings(columns={"spend.amount": "kosten"})
    load(db, [later], settings, None, LOADED_AT, discard)


def test_a_list_of_another_source_may_have_other_columns(tmp_path: Path) -> None:
    db = tmp_path / "a.duckdb"
    run(db, export(tmp_path / "a.csv", FIRST))
    run(db, export(tmp_path / "b.csv", "spent_on,source,amount\n2024-01-05,mail,3\n"))
    assert amounts(db) == ["5", "6", "7", "3"]
