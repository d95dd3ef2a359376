from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb
import pytest

from wieder.config import Settings
from wieder.errors import DataError
from wieder.store.file import load
from wieder.store.open import open_shop

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.database import Connection
    from wieder.notices import Notice

ORDERS = "order_id,customer_id,ordered_at,amount\n1,A,2024-01-01,10.00\n2,,2024-01-31,20.00\n"
CUSTOMERS = "customer_id,city\nA,Ulm\nB,Bonn\n"


@pytest.fixture
def export(tmp_path: Path) -> str:
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS, "utf-8")
    return str(path)


def ignore(_: Notice) -> None:
    pass


def order_ids(con: Connection) -> list[str]:
    return [order_id for (order_id,) in con.execute("select order_id from orders order by 1").fetchall()]


def test_files_are_read_into_memory_and_the_database_is_left_alone(export: str, tmp_path: Path) -> None:
    settings = Settings(db=str(tmp_path / "wieder.duckdb"))
    with open_shop([export], settings, None, ignore) as con:
        assert order_ids(con) == ["1", "2"]
    assert [path.name for path in tmp_path.iterdir()] == ["orders.csv"]


def test_orders_and_customers_are_brought_together(export: str, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text(CUSTOMERS, "utf-8")
    with open_shop([str(tmp_path / "customers.csv"), export], Settings(), None, ignore) as con:
        cities = con.execute(
            "select order_id, city from orders left join customers using (customer) order by 1"
        )
        assert cities.fetchall() == [("1", "Ulm"), ("2", None)]


def test_standard_input_is_read_like_a_file() -> None:
    with open_shop(["-"], Settings(), io.BytesIO(ORDERS.encode()), ignore) as con:
        assert order_ids(con) == ["1", "2"]


def test_the_same_files_give_the_same_tables(export: str) -> None:
    tables = []
    for _ in range(2):
        with open_shop([export], Settings(), None, ignore) as con:
            tables.append([con.execute(f"from {name}").fetchall() for name in ("orders", "loads", "meta")])
    assert tables[0] == tables[1]


def test_without_files_the_database_is_opened(export: str, tmp_path: Path) -> None:
    db = tmp_path / "wieder.duckdb"
    load(db, [export], Settings(), None, datetime(2024, 6, 1, tzinfo=UTC), ignore)
    with open_shop([], Settings(db=str(db)), None, ignore) as con:
        assert order_ids(con) == ["1", "2"]


def test_without_files_and_database_the_remedy_names_both(tmp_path: Path) -> None:
    with (
        pytest.raises(DataError) as caught,
        open_shop([], Settings(db=str(tmp_path / "none.duckdb")), None, ignore),
    ):
        pass
    assert "wieder load" in caught.value.remedy
    assert "name the files" in caught.value.remedy


def test_the_shop_is_closed_after_use(export: str) -> None:
    with open_shop([export], Settings(), None, ignore) as con:
        pass
    with pytest.raises(duckdb.ConnectionException):
        con.execute("from orders")
