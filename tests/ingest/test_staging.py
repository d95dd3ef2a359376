from __future__ import annotations

import zipfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from loading import HEADER, export, load

from wieder.database import connect
from wieder.errors import DataError, OutputError

if TYPE_CHECKING:
    from loading import Loaded

SHARED = Path(__file__).parents[3] / "shared"
RETAIL = SHARED / "data/online_retail_1"
SALES = (
    "customer_id is not null and not order_id like 'C%' and not order_id like 'A%'"
    " and quantity > 0 and unit_price > 0"
)

needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="the shared data sets are not here")


def parquet(path: Path, select: str) -> Path:
    connect().execute(f"copy ({select}) to '{path}' (format parquet)")
    return path


def test_every_column_of_the_staged_tables(tmp_path: Path) -> None:
    path = export(
        tmp_path / "a.csv", "1,A,2024-01-01,1.50,paid,EUR,web", header=f"{HEADER},status,currency,channel"
    )
    loaded = load(path)
    assert [row[:2] for row in loaded.rows("describe staged_orders")] == [
        ("order_id", "VARCHAR"),
        ("customer_key", "VARCHAR"),
        ("ordered_at", "TIMESTAMP"),
        ("amount", "DECIMAL(18,4)"),
        ("status", "VARCHAR"),
        ("currency", "VARCHAR"),
        ("refunded_amount", "DECIMAL(18,4)"),
        ("refunded_at", "TIMESTAMP"),
        ("email", "VARCHAR"),
        ("phone", "VARCHAR"),
        ("shipping", "DECIMAL(18,4)"),
        ("tax", "DECIMAL(18,4)"),
        ("discount", "DECIMAL(18,4)"),
        ("is_test", "VARCHAR"),
        ("customer_group", "VARCHAR"),
        ("n_rows", "INTEGER"),
        ("file_number", "INTEGER"),
        ("channel", "VARCHAR"),
    ]
    assert loaded.rows("describe staged_customers")[0][:2] == ("customer_key", "VARCHAR")
    [(number, name, sha256, *counts)] = loaded.rows("from staged_files")
    assert (number, name, len(sha256)) == (1, str(path), 64)
    assert counts == [path.stat().st_size, "orders", 1, 0, 0, 1, Decimal("1.5"), 0, 0, Decimal("1.5")]
    leftovers = loaded.rows("select table_name from duckdb_tables() where table_name not like 'staged%'")
    assert leftovers == []


def test_money_read_is_money_rejected_left_out_and_kept(tmp_path: Path) -> None:
    rows = ["1,A,2024-01-01,1.10", "2,A,bad,2.20", "3,B,2024-01-01,-4.40", "4,B,2024-01-01,8.80"]
    loaded = load(export(tmp_path / "a.csv", *rows), where="amount > 0")
    [amounts] = loaded.rows(
        "select amount_read, amount_rejected, amount_left_out, amount_kept from staged_files"
    )
    assert amounts == (Decimal("7.7"), Decimal("2.2"), Decimal("-4.4"), Decimal("9.9"))


def test_a_header_without_rows_is_reported_and_accounted_for(tmp_path: Path) -> None:
    loaded = load(export(tmp_path / "a.csv"), export(tmp_path / "b.csv", "1,A,2024-01-01,1.50"))
    assert loaded.slugs == ["no-rows"]
    assert loaded.rows("select rows_read from staged_files order by file_number") == [(0,), (1,)]


def test_a_load_that_keeps_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        DataError,
        match=r"all rows of orders were rejected or left out; .*a.csv, line 2: there is no order_id",
    ):
        load(export(tmp_path / "a.csv", ",A,2024-01-01,1.50"))
    with pytest.raises(DataError, match="none of the 1 rows of orders meets the condition of --where"):
        load(export(tmp_path / "b.csv", "1,A,2024-01-01,1.50"), where="amount < 0")


def test_a_full_disk_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    with pytest.raises(OutputError, match="No such file or directory"):
        load(export(tmp_path / "a.csv", "1,A,2024-01-01,1.50"))


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    select = """
        select * from (values
            (7, 17850.0::double, timestamp '2024-01-01 10:00:00', 12.34::double, date '2020-01-01'),
            (8, null, timestamp '2024-01-02', 1e3::double, null)
        ) as t(order_id, customer_id, ordered_at, amount, born)
    """
    loaded = load(parquet(tmp_path / "a.parquet", select))
    assert loaded.orders("order_id, customer_key, ordered_at, amount, born") == [
        ("7", "17850", "2024-01-01 10:00:00", "12.3400", "2020-01-01"),
        ("8", None, "2024-01-02 00:00:00", "1000.0000", None),
    ]
    assert loaded.slugs == ["keys-float-suffix"]


def test_parquet_rows_that_do_not_fit_are_rejected_by_number(tmp_path: Path) -> None:
    select = """
        select * from (values
            (1, 'A', date '2024-01-01', 1.5::double), (2, 'B', date '0001-01-01', 1.5), (3, 'C', null, 1.5),
            (4, 'D', date '2024-01-01', 0.1 + 0.2::double), (5, 'E', date '2024-01-01', 'nan'::double)
        ) as t(order_id, customer_id, ordered_at, amount)
    """
    loaded = load(parquet(tmp_path / "a.parquet", select))
    assert loaded.orders() == ["1"]
    assert loaded.rejects() == [
        (2, "ordered-at-unreadable"),
        (3, "ordered-at-empty"),
        (4, "amount-too-precise"),
        (5, "amount-unreadable"),
    ]


def test_parquet_text_is_read_by_the_rules_for_text(tmp_path: Path) -> None:
    select = "select '1' as order_id, 'A' as customer_id, '31.12.2024' as date, '1.234,50' as amount"
    assert load(parquet(tmp_path / "a.parquet", select)).orders("ordered_at, amount") == [
        ("2024-12-31 00:00:00", "1234.5000")
    ]


@pytest.mark.parametrize(
    ("date", "message"),
    [
        ("timestamptz '2024-01-01'", "the times have a time zone, not that of the shop"),
        ("time '10:00'", "the type TIME is not a date"),
    ],
)
def test_parquet_types_other_than_local_dates_are_refused(tmp_path: Path, date: str, message: str) -> None:
    select = f"select 1 as order_id, 'A' as customer_id, {date} as ordered_at, 1.5 as amount"
    with pytest.raises(DataError, match=message):
        load(parquet(tmp_path / "a.parquet", select))


def test_damaged_parquet_is_refused(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", "select 1 as order_id")
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(DataError, match="cannot be read as a table"):
        load(path)


def test_text_and_parquet_give_the_same(tmp_path: Path) -> None:
    path = export(
        tmp_path / "a.csv", "1,A,2024-01-01 10:00,1.50", "2,,2024-01-02,-3", "1,A,2024-01-01 11:00,2.5"
    )
    copy = parquet(tmp_path / "a.parquet", f"from read_csv('{path}')")
    columns = "order_id, customer_key, ordered_at, amount, n_rows"
    assert load(path).orders(columns) == load(copy).orders(columns)


def sales(loaded: Loaded) -> tuple[object, ...]:
    [row] = loaded.rows("select count(*), count(distinct customer_key), sum(amount) from staged_orders")
    return row


@needs_shared
def test_online_retail_as_parquet() -> None:
    loaded = load(RETAIL / "lines.parquet", where=SALES)
    assert sales(loaded) == (18_532, 4_338, Decimal("8911407.904"))
    assert loaded.account() == (541_909, 0, 144_025, 397_884)


@needs_shared
def test_online_retail_as_day_files(tmp_path: Path) -> None:
    with zipfile.ZipFile(RETAIL / "day_files.zip") as archive:
        archive.extractall(tmp_path)
    loaded = load(tmp_path / "by-day", where=SALES)
    assert sales(loaded) == (18_532, 4_338, Decimal("8911407.904"))
    assert loaded.account() == (541_909, 0, 144_025, 397_884)
    assert loaded.slugs == ["keys-float-suffix", "order-lines-summed"]
