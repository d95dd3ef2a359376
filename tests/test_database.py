"""Memory limit of a connection, and its folder for temporary files."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from wieder import database
from wieder.database import connect, spill

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from wieder.database import Connection


def memory_limit(con: Connection) -> int:
    [(limit,)] = con.execute("select parse_formatted_bytes(current_setting('memory_limit'))").fetchall()
    return int(limit)


def test_data_beyond_the_memory_limit_are_in_the_folder_until_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "MEMORY_BYTES", 20_000_000)
    with closing(connect()) as con:
        spill(con, tmp_path / "spill")
        con.execute("create temp table numbers as select random() as number from range(5_000_000)")
        assert list((tmp_path / "spill").iterdir())
        assert con.execute("select count(*) from numbers where number < 2").fetchall() == [(5_000_000,)]
    assert not list(tmp_path.glob("spill/*"))


def test_never_more_memory_than_the_machine_offers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(connect()) as con:
        usual = memory_limit(con)
        monkeypatch.setattr(database, "MEMORY_BYTES", 2 * usual)
        spill(con, tmp_path / "spill")
        assert memory_limit(con) <= usual
