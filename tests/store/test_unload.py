from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from stores import FEBRUARY, HEADER, JANUARY, LOADED_AT, export, orders, run
from wieder.config import InputFormat, Settings
from wieder.errors import DataError, UsageError
from wieder.notices import discard
from wieder.store.checksums import refuse_changes_inside
from wieder.store.file import load, load_history, open_store
from wieder.store.unload import unload

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.notices import Notice

MARCH = HEADER + "3,C,2024-02-01,33.00,paid,web\n4,A,2024-03-01,40.00,paid,web\n"
APRIL = HEADER + "5,D,2024-04-01,50.00,paid,web\n"
TABLES = {
    "orders": "select * exclude (order_index, customer, load), customer_key from orders"
    " left join customer_keys using (customer) order by order_id",
    "customers": "select customer_key from customer_keys order by all",
    "loads": "select * exclude (load) from loads order by load, file",
    "profiles": "select * exclude (load) from profiles order by load, file",
    "rejects": "select * exclude (load) from rejects order by all",
}


@pytest.fixture
def db(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder / "wieder.duckdb"


def contents(db: Path) -> dict[str, list[tuple[Any, ...]]]:
    with closing(open_store(db)) as con:
        refuse_changes_inside(con, db)
        return {name: con.execute(query).fetchall() for name, query in TABLES.items()}


def balance(db: Path) -> list[tuple[Any, ...]]:
    """Orders and amounts according to the accounts of the loads, then those in the store."""
    with closing(open_store(db)) as con:
        return con.execute(
            "select cast(sum(rows_kept - rows_merged - orders_replaced) as INTEGER),"
            " sum(amount_read - amount_rejected - amount_left_out - amount_replaced) from loads"
            " where table_name = 'orders'"
            " union all select count(*), sum(amount) from orders"
        ).fetchall()


def loaded(db: Path, tmp_path: Path, *texts: str) -> list[Path]:
    """Loads the texts one after the other; returns their files."""
    files = [tmp_path / f"{number}.csv" for number, _ in enumerate(texts)]
    for file, text in zip(files, texts, strict=True):
        run(db, export(file, text))
    return files


@pytest.mark.parametrize("number", [1, 2, 3])
def test_with_the_files_at_hand_the_store_is_as_if_the_load_had_not_been(
    number: int, db: Path, tmp_path: Path
) -> None:
    files = loaded(db, tmp_path, JANUARY, FEBRUARY, MARCH)
    unload(db, number, Settings(), discard)
    other = db.with_name("other.duckdb")
    for file in [file for place, file in enumerate(files, 1) if place != number]:
        run(other, str(file))
    assert contents(db) == contents(other)
    assert run(db, str(files[number - 1])).files
    assert dict(orders(db)) == {"1": 10, "2": 25, "3": 33, "4": 40}


def test_a_load_that_replaced_nothing_needs_no_file(db: Path, tmp_path: Path) -> None:
    files = loaded(db, tmp_path, JANUARY, APRIL)
    for file in files:
        file.unlink()
    notices: list[Notice] = []
    left = unload(db, 2, Settings(), notices.append)
    assert (left.orders, left.customers, [file.file for file in left.files]) == (2, 2, [str(files[0])])
    assert orders(db) == [("1", 10), ("2", 20)]
    assert notices == []
    first, second = balance(db)
    assert first == second


def test_without_the_files_a_notice_lists_them_and_they_can_be_loaded_again(db: Path, tmp_path: Path) -> None:
    january, *_ = loaded(db, tmp_path, JANUARY, FEBRUARY, MARCH)
    january.unlink()
    notices: list[Notice] = []
    unload(db, 2, Settings(), notices.append)
    assert orders(db) == [("1", 10), ("3", 33), ("4", 40)]
    [notice] = [notice for notice in notices if notice.slug == "states-not-kept"]
    assert notice.message.startswith("load 2 had replaced 1 older rows")
    assert str(january) in notice.remedy
    first, second = balance(db)
    assert first == second
    run(db, export(january, JANUARY))
    assert orders(db) == [("1", 10), ("2", 20), ("3", 33), ("4", 40)]
    first, second = balance(db)
    assert first == second
    assert run(db, str(january)).files == ()


def test_the_account_of_an_undone_load_is_removed_once_the_files_are_back(db: Path, tmp_path: Path) -> None:
    january, february, march = loaded(db, tmp_path, JANUARY, FEBRUARY, MARCH)
    january.unlink()
    unload(db, 2, Settings(), discard)
    export(january, JANUARY)
    unload(db, 2, Settings(), discard)
    other = db.with_name("other.duckdb")
    run(other, str(january))
    run(other, str(march))
    assert contents(db) == contents(other)
    assert february.exists()


def test_numbers_are_never_given_twice(db: Path, tmp_path: Path) -> None:
    files = loaded(db, tmp_path, JANUARY, APRIL)
    with closing(open_store(db)) as con:
        [(index, customer)] = con.execute(
            "select order_index, customer from orders where order_id = '5'"
        ).fetchall()
    unload(db, 2, Settings(), discard)
    run(db, str(files[1]))
    with closing(open_store(db)) as con:
        assert con.execute("select order_index, customer from orders where order_id = '5'").fetchall() == [
            (index + 1, customer + 1)
        ]
        assert load_history(con)["load"].to_list() == [1, 3]


def test_the_only_load_leaves_an_empty_store(db: Path, tmp_path: Path) -> None:
    [file] = loaded(db, tmp_path, JANUARY)
    left = unload(db, 1, Settings(), discard)
    assert (left.files, left.orders, left.customers) == ((), 0, 0)
    assert orders(db) == []
    assert run(db, str(file)).orders == 2


def test_a_load_that_is_unknown_is_refused_and_nothing_changes(db: Path, tmp_path: Path) -> None:
    loaded(db, tmp_path, JANUARY, APRIL)
    before = db.read_bytes()
    with pytest.raises(UsageError, match="there is no load 7") as caught:
        unload(db, 7, Settings(), discard)
    assert caught.value.remedy.endswith("1, 2")
    assert db.read_bytes() == before


def test_without_a_store_the_remedy_names_load(db: Path) -> None:
    with pytest.raises(DataError, match="no database yet"):
        unload(db, 1, Settings(), discard)


def test_an_accepted_difference_stays_accepted(db: Path, tmp_path: Path) -> None:
    loaded(db, tmp_path, JANUARY, FEBRUARY)
    renamed = export(tmp_path / "renamed.csv", MARCH.replace("channel", "kanal"))
    accepting = Settings(input=InputFormat(accept_drift=("column-missing",)))
    load(db, [renamed], accepting, None, LOADED_AT, discard)
    unload(db, 2, Settings(), discard)
    with closing(open_store(db)) as con:
        assert load_history(con).select("load", "accepted_drift").rows() == [(1, None), (3, "column-missing")]


def test_files_that_would_be_read_otherwise_are_refused(db: Path, tmp_path: Path) -> None:
    net = Settings(columns={"amount": "net"})
    for number, text in enumerate((JANUARY, FEBRUARY)):
        lines = [f"{line},{'net' if line.startswith('order') else '1'}" for line in text.splitlines()]
        path = export(tmp_path / f"{number}.csv", "\n".join([*lines, ""]))
        load(db, [path], net, None, LOADED_AT, discard)
    with pytest.raises(DataError, match=r"amounts of 30\.00, not 2\.00") as caught:
        unload(db, 2, Settings(), discard)
    assert "give the options of that load again" in caught.value.remedy
    assert {amount for _, amount in orders(db)} == {1}
    unload(db, 2, net, discard)
    assert [order_id for order_id, _ in orders(db)] == ["1", "2"]


def test_customers_come_back_from_the_files_that_described_them(db: Path, tmp_path: Path) -> None:
    texts = ("customer_id,city\nA,Bonn\nB,Kiel\n", "customer_id,city\nA,Ulm\n")
    loaded(db, tmp_path, *texts)
    unload(db, 2, Settings(), discard)
    with closing(open_store(db)) as con:
        assert con.execute("select city from customers order by city").fetchall() == [("Bonn",), ("Kiel",)]
