from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import duckdb
import pytest

from stores import FEBRUARY, JANUARY, export, orders, run
from wieder.errors import DataError
from wieder.store.checksums import refuse_changes_inside
from wieder.store.file import open_store

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "wieder.duckdb"
    run(path, export(tmp_path / "a.csv", JANUARY))
    return path


def meddle(db: Path, *statements: str) -> None:
    with duckdb.connect(str(db)) as con:
        for statement in statements:
            con.execute(statement)


def test_the_store_records_rows_and_checksums_of_its_tables(db: Path) -> None:
    with closing(open_store(db)) as con:
        noted = con.execute("select table_name, key_columns, n_rows, duckdb_version from tables order by all")
        assert noted.fetchall()[:2] == [
            ("customers", ["customer_id"], 0, duckdb.__version__),
            ("orders", ["order_id"], 2, duckdb.__version__),
        ]


@pytest.mark.parametrize("times", [1, 2])
def test_orders_that_were_inserted_by_hand_are_noticed_when_it_is_opened(db: Path, times: int) -> None:
    meddle(db, *["insert into orders select * from orders where load = 1"] * times)
    with pytest.raises(DataError, match=r"another program has changed .*, but 2 were loaded") as caught:
        open_store(db)
    assert "--db" in caught.value.remedy


def test_a_table_that_is_gone_is_noticed(db: Path) -> None:
    meddle(db, "drop table tables")
    with pytest.raises(DataError, match="another program has changed the database"):
        open_store(db)


CHANGES = [
    "update orders set amount = amount + 1 where order_id = '1'",
    "update orders set order_id = '1'",
    "update orders set channel = null",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_cell_that_was_changed_by_hand_is_noticed_by_check_and_by_the_next_load(
    change: str, db: Path, tmp_path: Path
) -> None:
    meddle(db, change)
    before = db.read_bytes()
    with closing(open_store(db)) as con, pytest.raises(DataError, match="cells of orders are not as"):
        refuse_changes_inside(con, db)
    with pytest.raises(DataError, match="another program has changed the database"):
        run(db, export(tmp_path / "b.csv", FEBRUARY))
    assert db.read_bytes() == before


def test_of_another_duckdb_the_keys_are_compared_and_not_the_checksum(db: Path, tmp_path: Path) -> None:
    meddle(db, "update tables set duckdb_version = 'v0', checksum = '1'")
    run(db, export(tmp_path / "b.csv", FEBRUARY))
    assert len(orders(db)) == 3
    meddle(
        db, "update tables set duckdb_version = 'v0'", "update orders set order_id = '1' where order_id = '2'"
    )
    with pytest.raises(DataError, match="1 keys of orders occur in more than one row"):
        run(db, export(tmp_path / "c.csv", JANUARY.replace("10.00", "11.00")))
