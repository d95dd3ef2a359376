from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from wieder.config import Settings
from wieder.errors import DataError, UsageError
from wieder.notices import discard
from wieder.store.file import load, open_store
from wieder.store.rejects import mendable, rejected_rows

if TYPE_CHECKING:
    from pathlib import Path

LOADED_AT = datetime(2024, 6, 1, tzinfo=UTC)
HEADER = "Bestell-Nr;Kunde;Datum;Summe;Notiz"
GOOD = ["1;A;2024-01-01;10,50;", "2;B;2024-01-02;20,50;"]
BAD = ['3;C;2024-02-30;30,50;"two\nlines; one cell"', "4;D;2024-01-04;many;", "5;E;2024-01-05"]
MENDED = [
    '3;C;2024-02-29;30,50;"two\nlines; one cell"',
    "4;D;2024-01-04;40,50;",
    "5;E;2024-01-05;50,50;",
]


def write(path: Path, *lines: str) -> str:
    path.write_text("\n".join([HEADER, *lines, ""]), "utf-8")
    return str(path)


def run(tmp_path: Path, source: str) -> None:
    columns = {"order_id": "Bestell-Nr"}
    load(tmp_path / "a.duckdb", [source], Settings(columns=columns), None, LOADED_AT, discard)


def orders(tmp_path: Path) -> list[tuple[Any, ...]]:
    with closing(open_store(tmp_path / "a.duckdb")) as con:
        return con.execute(
            "select order_id, ordered_on::VARCHAR, amount::VARCHAR, notiz from orders order by order_id"
        ).fetchall()


def listed(tmp_path: Path, *, settled: bool = False) -> list[int]:
    with closing(open_store(tmp_path / "a.duckdb")) as con:
        return rejected_rows(con, settled=settled)["line"].to_list()


def test_rejected_rows_come_back_under_their_header_and_make_the_store_complete(tmp_path: Path) -> None:
    run(tmp_path, write(tmp_path / "orders.csv", *GOOD, *BAD))
    assert listed(tmp_path) == [4, 6, 7]
    with closing(open_store(tmp_path / "a.duckdb")) as con:
        found = mendable(con, "orders.csv")
    assert (found.text, found.rows, found.lines_of_kept_orders) == ("\n".join([HEADER, *BAD, ""]), 3, 0)
    mended = found.text
    for wrong, right in zip(BAD, MENDED, strict=True):
        mended = mended.replace(wrong, right)
    (tmp_path / "mended.csv").write_text(mended, "utf-8")
    run(tmp_path, str(tmp_path / "mended.csv"))

    whole = tmp_path / "whole"
    whole.mkdir()
    run(whole, write(whole / "orders.csv", *GOOD, *MENDED))
    assert orders(tmp_path) == orders(whole)
    assert listed(tmp_path) == []
    assert listed(tmp_path, settled=True) == [4, 6, 7]


def test_lines_of_orders_that_were_kept_are_not_given_back(tmp_path: Path) -> None:
    run(tmp_path, write(tmp_path / "orders.csv", *GOOD, "2;B;2024-01-02;many;", "3;C;2024-01-03;many;"))
    with closing(open_store(tmp_path / "a.duckdb")) as con:
        found = mendable(con, str(tmp_path / "orders.csv"))
    assert (found.text, found.lines_of_kept_orders) == (f"{HEADER}\n3;C;2024-01-03;many;\n", 1)
    assert listed(tmp_path) == [4, 5]


def test_where_nothing_is_left_there_is_nothing_to_mend(tmp_path: Path) -> None:
    run(tmp_path, write(tmp_path / "orders.csv", *GOOD))
    with closing(open_store(tmp_path / "a.duckdb")) as con:
        with pytest.raises(DataError, match="no rejected row is left"):
            mendable(con, "orders.csv")
        with pytest.raises(UsageError, match="0 loaded files have this name") as caught:
            mendable(con, "other.csv")
    assert "orders.csv" in caught.value.remedy


def test_rows_that_would_replace_their_neighbours_are_mended_in_their_file(tmp_path: Path) -> None:
    path = tmp_path / "spend.csv"
    path.write_text("spent_on,channel,amount\n2024-01-01,ads,5\n2024-01-01,mail,many\n", "utf-8")
    load(tmp_path / "a.duckdb", [str(path)], Settings(), None, LOADED_AT, discard)
    assert listed(tmp_path) == [3]
    with (
        closing(open_store(tmp_path / "a.duckdb")) as con,
        pytest.raises(DataError, match="replace all others with the same spent_on and source") as caught,
    ):
        mendable(con, "spend.csv")
    assert caught.value.remedy == "mend them in the file itself, and load the whole file again"
