"""A store of version 1: it can be read unchanged, and the next load turns it into one of this version.

`store_v1.duckdb.gz` was made by a wieder of version 1, in a folder with the exports below:

    wieder load january.csv customers.csv --db store_v1.duckdb
    wieder load february.csv customers_new.csv --db store_v1.duckdb
    gzip -9 -n store_v1.duckdb
"""

from __future__ import annotations

import gzip
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stores import LOADED_AT, export, run
from wieder.config import Settings
from wieder.database import connect
from wieder.notices import discard
from wieder.store.checksums import refuse_changes_inside
from wieder.store.file import load, load_history, open_store
from wieder.store.rejects import mendable, rejected_rows
from wieder.store.tables import columns_of, registry, stored
from wieder.store.unload import unload

if TYPE_CHECKING:
    from wieder.database import Connection

VERSION_1 = Path(__file__).with_name("store_v1.duckdb.gz")
HEADER = "order_id,customer_id,ordered_at,amount,status,currency,channel\n"
EXPORTS = {
    "january.csv": HEADER
    + "1,A,2024-01-01 09:00,10.00,paid,EUR,web\n"
    + "2,B,2024-01-05,20.00,paid,EUR,app\n"
    + "3,,2024-01-09,5.50,paid,EUR,web\n"
    + "4,A,2024-01-20,12.25,paid,EUR,shop\n"
    + "4,A,2024-01-20,2.75,paid,EUR,shop\n"
    + "5,C,2024-01-31,never,paid,EUR,web\n"
    + "6,D,2024-01-31,40.00,cancelled,EUR,app\n",
    "customers.csv": "customer_id,city,tier\nA,Ulm,gold\nB,Bonn,\nZ,Trier,silver\n",
    "february.csv": HEADER
    + "2,B,2024-01-05,25.00,paid,EUR,app\n"
    + "6,D,2024-01-31,40.00,paid,EUR,app\n"
    + "7,E,2024-02-10,30.00,paid,EUR,web\n"
    + "8,A,2024-02-11,11.11,paid,EUR,web\n"
    + "9,F,2024-02-30,1.00,paid,EUR,web\n",
    "customers_new.csv": "customer_id,city,tier\nA,Augsburg,gold\nE,Essen,\n",
}
LOADS = (("january.csv", "customers.csv"), ("february.csv", "customers_new.csv"))
MARCH = HEADER + "10,A,2024-03-01,7.00,paid,EUR,web\n"
COLUMNS = "order_id, customer_key, ordered_at, amount, status, currency, n_rows, load, state_at, channel"
ORDERS = f"select {COLUMNS} from orders left join customer_keys using (customer) order by order_id"
NUMBERS = "select order_id, order_index from orders order by order_id"
CUSTOMERS = (
    "select customer_key, city, tier, load from customers join customer_keys using (customer) order by all"
)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "wieder.duckdb"
    path.write_bytes(gzip.decompress(VERSION_1.read_bytes()))
    return path


@pytest.fixture
def anew(tmp_path: Path) -> Path:
    """The same exports, loaded by this version."""
    path = tmp_path / "anew.duckdb"
    for names in LOADS:
        run(path, *(export(tmp_path / name, EXPORTS[name]) for name in names))
    return path


def asked(con: Connection, query: str) -> list[tuple[Any, ...]]:
    return con.execute(query).fetchall()


def test_it_is_read_as_if_it_had_been_loaded_by_this_version(db: Path, anew: Path) -> None:
    before = db.read_bytes()
    with closing(open_store(db)) as old, closing(open_store(anew)) as new:
        # In version 1, the position of an order is its number.
        for query in (ORDERS, CUSTOMERS, "from customer_keys"):
            assert asked(old, query) == asked(new, query)
        assert asked(old, "select order_index from orders") == [(1,), (2,), (3,), (4,), (5,), (6,), (7,)]
        assert (
            load_history(old)
            .drop("loaded_at", "file", "rows_replaced")
            .equals(load_history(new).drop("loaded_at", "file", "rows_replaced"))
        )
        assert mendable(old, "january.csv").text == mendable(new, "january.csv").text
        refuse_changes_inside(old, db)
    assert db.read_bytes() == before


def test_every_export_can_be_selected_from(db: Path) -> None:
    with closing(open_store(db)) as con:
        for one in registry().values():
            assert list(columns_of(con, one.name))[: len(stored(one))] == list(stored(one))
        assert asked(con, "select count(*) from profiles where len(columns) > 0") == [(4,)]


def test_the_next_load_makes_it_one_of_this_version_and_nothing_is_lost(db: Path, tmp_path: Path) -> None:
    with closing(open_store(db)) as con:
        orders, customers, numbers = (asked(con, query) for query in (ORDERS, CUSTOMERS, NUMBERS))
        history, rejected = load_history(con), rejected_rows(con)
    run(db, export(tmp_path / "march.csv", MARCH))
    with closing(open_store(db)) as con:
        assert asked(con, "select value from meta where key = 'store_version'") == [("2",)]
        assert [row for row in asked(con, ORDERS) if row[0] != "10"] == orders
        assert asked(con, NUMBERS) == sorted([*numbers, ("10", 8)])
        assert asked(con, CUSTOMERS) == customers
        assert load_history(con)[: history.height].equals(history)
        assert rejected_rows(con).equals(rejected)
        assert asked(con, "select load, table_name, n_rows, digit_keys from profiles where load < 3") == [
            (1, "customers", None, None),
            (1, "orders", 5, 5),
            (2, "customers", None, None),
            (2, "orders", 4, 4),
        ]
        refuse_changes_inside(con, db)


def test_files_loaded_by_version_1_are_skipped_by_the_next_load(db: Path, tmp_path: Path) -> None:
    assert run(db, export(tmp_path / "january.csv", EXPORTS["january.csv"])).files == ()
    with connect(db, read_only=True) as con:
        assert asked(con, "select value from meta where key = 'store_version'") == [("1",)]


def test_a_load_of_version_1_can_be_undone(db: Path, tmp_path: Path, monkeypatch: Any) -> None:
    """The exports are in the working directory, as their names without a folder require."""
    monkeypatch.chdir(tmp_path)
    for name, text in EXPORTS.items():
        export(Path(name), text)
    unload(db, 2, Settings(), discard)
    alone = tmp_path / "alone.duckdb"
    load(alone, list(LOADS[0]), Settings(), None, LOADED_AT, discard)
    with closing(open_store(db)) as left, closing(open_store(alone)) as con:
        orders = "select * exclude (order_index, customer) from orders order by order_id"
        assert asked(left, orders) == asked(con, orders)
        assert asked(left, CUSTOMERS) == asked(con, CUSTOMERS)
        assert asked(left, "select order_index from orders where order_id = '3'") == [(7,)]


def test_a_store_of_this_version_that_lacks_an_export_has_it_empty(anew: Path, monkeypatch: Any) -> None:
    from test_laws import REFUNDED  # noqa: PLC0415 - it is only declared there

    monkeypatch.setattr("wieder.exports.EXPORTS", {**registry(), REFUNDED.name: REFUNDED})
    with closing(open_store(anew)) as con:
        assert asked(con, f"select order_index, load from {REFUNDED.name}") == []
