from __future__ import annotations

import os
import random
import stat
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from stores import FEBRUARY, HEADER, JANUARY, LOADED_AT, contents, export, orders, run
from wieder.config import Settings
from wieder.database import connect
from wieder.errors import DataError, OutputError
from wieder.ingest import read_exports
from wieder.notices import discard
from wieder.store.file import LoadReport, load, load_history, open_store
from wieder.store.merge import merge
from wieder.store.rejects import rejected_rows
from wieder.store.terms import Terms

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.notices import Notice


@pytest.fixture
def db(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder / "wieder.duckdb"


def test_a_load_makes_a_database_that_only_its_owner_may_read(db: Path, tmp_path: Path) -> None:
    report = run(db, export(tmp_path / "a.csv", JANUARY))
    assert orders(db) == [("1", 10), ("2", 20)]
    assert (report.orders, report.customers) == (2, 2)
    assert stat.S_IMODE(db.stat().st_mode) == 0o600
    assert contents(db) == ["wieder.duckdb", "wieder.duckdb.lock"]


def test_later_loads_add_and_replace(db: Path, tmp_path: Path) -> None:
    run(db, export(tmp_path / "a.csv", JANUARY))
    report = run(db, export(tmp_path / "b.csv", FEBRUARY))
    assert orders(db) == [("1", 10), ("2", 25), ("3", 30)]
    assert report.total("orders").orders_replaced == 1


def test_the_same_export_again_leaves_the_database_as_it_is_to_the_byte(db: Path, tmp_path: Path) -> None:
    run(db, export(tmp_path / "a.csv", JANUARY))
    before, changed_at = db.read_bytes(), db.stat().st_mtime_ns
    notices: list[Notice] = []
    again = run(db, str(tmp_path / "a.csv"), export(tmp_path / "renamed.csv", JANUARY), notices=notices)
    assert again == LoadReport(files=(), orders=2, customers=2)
    assert (db.read_bytes(), db.stat().st_mtime_ns) == (before, changed_at)
    assert [notice.slug for notice in notices].count("already-loaded") == 2


def test_a_file_of_corrections_can_be_loaded_again_with_its_time(db: Path, tmp_path: Path) -> None:
    """It contains only old orders, so it seems to be older than the stored ones."""
    run(db, export(tmp_path / "b.csv", FEBRUARY))
    corrected = export(tmp_path / "c.csv", JANUARY.replace("20.00", "5.00"))
    run(db, corrected)
    assert dict(orders(db))["2"] == 25
    told = Terms(exported_at=datetime(2024, 3, 1))  # noqa: DTZ001  (local time of the shop)
    again = load(db, [corrected], Settings(), None, LOADED_AT, discard, told)
    assert dict(orders(db))["2"] == 5
    assert again.total("orders").orders_replaced == 2
    assert load(db, [corrected], Settings(), None, LOADED_AT, discard, told).files == ()
    assert run(db, corrected).files == ()


def test_of_known_and_new_exports_only_the_new_ones_are_loaded(db: Path, tmp_path: Path) -> None:
    january = export(tmp_path / "a.csv", JANUARY)
    run(db, january)
    report = run(db, january, export(tmp_path / "b.csv", FEBRUARY))
    assert [file.file for file in report.files] == [str(tmp_path / "b.csv")]


def test_the_same_loads_give_the_same_tables(db: Path, tmp_path: Path) -> None:
    sources = [export(tmp_path / "a.csv", JANUARY), export(tmp_path / "b.csv", FEBRUARY)]
    other = db.with_name("other.duckdb")
    for path in (db, other):
        run(path, *sources)
    with closing(open_store(db)) as one, closing(open_store(other)) as two:
        for table in ("meta", "customer_keys", "orders", "customers", "loads", "rejects"):
            assert one.execute(f"from {table}").fetchall() == two.execute(f"from {table}").fetchall()


def test_the_history_has_a_row_per_load_and_file(db: Path, tmp_path: Path) -> None:
    run(db, export(tmp_path / "a.csv", JANUARY))
    run(db, export(tmp_path / "b.csv", FEBRUARY))
    with closing(open_store(db)) as con:
        history = load_history(con)
        assert rejected_rows(con).is_empty()
    assert history.select("load", "rows_read", "orders_kept", "orders_replaced").rows() == [
        (1, 2, 2, 0),
        (2, 2, 2, 1),
    ]
    assert history["loaded_at"].to_list() == [LOADED_AT.replace(tzinfo=None)] * 2


def test_an_export_that_is_refused_leaves_everything_as_it_was(db: Path, tmp_path: Path) -> None:
    run(db, export(tmp_path / "a.csv", JANUARY))
    before = db.read_bytes()
    with pytest.raises(DataError):
        run(db, export(tmp_path / "b.csv", FEBRUARY), str(tmp_path / "missing.csv"))
    assert db.read_bytes() == before
    assert contents(db) == ["wieder.duckdb", "wieder.duckdb.lock"]


def test_a_first_load_that_fails_leaves_no_database(db: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError):
        run(db, str(tmp_path / "missing.csv"))
    assert not db.exists()


def test_files_of_a_killed_load_are_removed_by_the_next_one(db: Path, tmp_path: Path) -> None:
    left = db.with_name(".wieder.duckdb.unfinished")
    left.mkdir()
    (left / "store.duckdb").write_bytes(b"half")
    run(db, export(tmp_path / "a.csv", JANUARY))
    assert not left.exists()
    assert len(orders(db)) == 2


def test_a_reader_keeps_the_state_that_it_opened(db: Path, tmp_path: Path) -> None:
    run(db, export(tmp_path / "a.csv", JANUARY))
    with closing(open_store(db)) as con:
        run(db, export(tmp_path / "b.csv", FEBRUARY))
        assert con.execute("select count(*) from orders").fetchall() == [(2,)]
    assert len(orders(db)) == 3


def test_the_store_is_opened_read_only_but_for_temporary_tables(db: Path, tmp_path: Path) -> None:
    run(db, export(tmp_path / "a.csv", JANUARY))
    with closing(open_store(db)) as con:
        con.execute("create temp table mart as from orders")
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            con.execute("delete from orders")


def test_a_database_behind_a_link_is_replaced_where_it_is(db: Path, tmp_path: Path) -> None:
    run(db, export(tmp_path / "a.csv", JANUARY))
    link = tmp_path / "link.duckdb"
    link.symlink_to(db)
    run(link, export(tmp_path / "b.csv", FEBRUARY))
    assert link.is_symlink()
    assert len(orders(db)) == 3


def test_without_a_database_the_remedy_names_load(db: Path) -> None:
    with pytest.raises(DataError, match="no database yet") as caught:
        open_store(db)
    assert "wieder load" in caught.value.remedy


def make_folder(db: Path) -> None:
    db.mkdir()


def make_text(db: Path) -> None:
    db.write_text(JANUARY)


def make_empty(db: Path) -> None:
    db.write_bytes(b"")


def make_foreign(db: Path) -> None:
    with duckdb.connect(str(db)) as con:
        con.execute("create table orders as select 1 as order_id")


def make_newer(db: Path) -> None:
    run(db, export(db.with_name("a.csv"), JANUARY))
    with duckdb.connect(str(db)) as con:
        con.execute("update meta set value = '99' where key = 'store_version'")


def make_unversioned(db: Path) -> None:
    run(db, export(db.with_name("a.csv"), JANUARY))
    with duckdb.connect(str(db)) as con:
        con.execute("delete from meta")


def make_damaged(db: Path) -> None:
    run(db, export(db.with_name("a.csv"), JANUARY))
    content = bytearray(db.read_bytes())
    content[20] ^= 1
    db.write_bytes(content)


def make_cut(db: Path) -> None:
    run(db, export(db.with_name("a.csv"), JANUARY))
    os.truncate(db, db.stat().st_size // 2)


REFUSED = [
    (make_folder, "this is a folder"),
    (make_text, "not a database made by wieder"),
    (make_empty, "not a database made by wieder"),
    (make_foreign, "not a database made by wieder"),
    (make_newer, "store version 99 is newer than this wieder, which reads 2"),
    (make_unversioned, "not a database made by wieder"),
    (make_damaged, "cannot be read .*checksum"),
    (make_cut, "cannot be read"),
]


@pytest.mark.parametrize(("make", "message"), REFUSED)
def test_a_foreign_database_is_refused_and_left_unchanged(
    make: Any, message: str, db: Path, tmp_path: Path
) -> None:
    make(db)
    before = None if db.is_dir() else db.read_bytes()
    with pytest.raises(DataError, match=message) as opening:
        open_store(db)
    with pytest.raises(DataError, match=message) as loading:
        run(db, export(tmp_path / "b.csv", FEBRUARY))
    assert opening.value.remedy
    assert loading.value.remedy
    assert before is None or db.read_bytes() == before


def test_changes_that_another_program_has_not_finished_are_not_lost(db: Path, tmp_path: Path) -> None:
    run(db, export(tmp_path / "a.csv", JANUARY))
    db.with_name("wieder.duckdb.wal").write_bytes(b"log")
    with pytest.raises(DataError, match="another program has changed the database"):
        run(db, export(tmp_path / "b.csv", FEBRUARY))


@pytest.mark.parametrize("folder", ["missing", "a.csv"])
def test_a_folder_that_cannot_be_written_is_an_output_error(folder: str, tmp_path: Path) -> None:
    january = export(tmp_path / "a.csv", JANUARY)
    with pytest.raises(OutputError, match="could not be written") as caught:
        run(tmp_path / folder / "wieder.duckdb", january)
    assert "folder" in caught.value.remedy


@pytest.mark.parametrize("permutations", [1, pytest.param(20, marks=pytest.mark.slow)])
def test_twelve_overlapping_exports_give_the_same_store_in_any_order(
    permutations: int, tmp_path: Path
) -> None:
    """Each export has its month and the two months before, with the newer states of their orders."""
    chance = random.Random(20240602)  # noqa: S311  (no secret)
    exports = [export(tmp_path / f"{month}.csv", three_months(month)) for month in range(1, 13)]
    expected = loaded_one_by_one(exports)
    assert len(expected) == 12 * 28
    for _ in range(permutations):
        assert loaded_one_by_one(chance.sample(exports, len(exports))) == expected


def three_months(month: int) -> str:
    """An order a day; after a month it is shipped, and after two every third is refunded."""
    lines = [
        f"{of}-{day},K{day % 9},2024-{of:02}-{day:02},{day}.50,{state(month - of, day)},web\n"
        for of in range(max(1, month - 2), month + 1)
        for day in range(1, 29)
    ]
    return HEADER + "".join(lines)


def state(age: int, day: int) -> str:
    return "paid" if age == 0 else "refunded" if age == 2 and day % 3 == 0 else "shipped"


def loaded_one_by_one(exports: list[str]) -> list[tuple[Any, ...]]:
    with connect() as con:
        for source in exports:
            read_exports(con, [source], Settings(), None, discard)
            merge(con, LOADED_AT, settings=Settings())
        return con.execute(
            "select order_id, customer_key, ordered_at, amount, status, state_at from orders"
            " join customer_keys using (customer) order by order_id"
        ).fetchall()
