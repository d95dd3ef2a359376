from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from wieder.errors import DataError
from wieder.store.lock import folder_locked, locked

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.notices import Notice

HOLD = """
import sys
from pathlib import Path
from wieder.store.lock import folder_locked, locked
with locked(Path(sys.argv[1]), print):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_lock_that_is_held_for_too_long_is_named(tmp_path: Path) -> None:
    notices: list[Notice] = []
    db = tmp_path / "wieder.duckdb"
    with (
        locked(db, notices.append),
        pytest.raises(DataError, match=r"wieder\.duckdb\.lock: another load .* 0.1 seconds") as caught,
        locked(db, notices.append, wait_seconds=0.1),
    ):
        pass
    assert caught.value.remedy
    assert [notice.slug for notice in notices] == ["waiting-for-lock"]


def test_a_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    notices: list[Notice] = []
    db = tmp_path / "wieder.duckdb"
    with pytest.raises(ZeroDivisionError), locked(db, notices.append):
        raise ZeroDivisionError
    with locked(db, notices.append, wait_seconds=0):
        pass
    assert notices == []


def test_a_killed_process_holds_no_lock(tmp_path: Path) -> None:
    db = tmp_path / "wieder.duckdb"
    command = [sys.executable, "-c", HOLD, str(db)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(DataError), locked(db, lambda _: None, wait_seconds=0):
            pass
        process.kill()
    with locked(db, lambda _: None, wait_seconds=10):
        pass


def test_only_the_owner_may_open_the_lock(tmp_path: Path) -> None:
    with locked(tmp_path / "wieder.duckdb", lambda _: None):
        assert (tmp_path / "wieder.duckdb.lock").stat().st_mode & 0o777 == 0o600


def test_no_lock_is_left_beside_a_file_that_does_not_exist(tmp_path: Path) -> None:
    db, lock = tmp_path / "wieder.duckdb", tmp_path / "wieder.duckdb.lock"
    with locked(db, lambda _: None):
        assert lock.exists()
    assert not lock.exists()
    with pytest.raises(ZeroDivisionError), locked(db, lambda _: None):
        _ = 1 / 0
    assert not lock.exists()
    with locked(db, lambda _: None):
        db.touch()
    assert lock.exists()


def test_two_are_never_inside_although_each_removes_the_lock(tmp_path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def enter(number: int) -> None:
        for _ in range(20):
            with locked(tmp_path / "wieder.duckdb", lambda _: None):
                inside.append(number)
                time.sleep(0.0005)
                most.append(len(inside))
                inside.remove(number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(enter, range(8)))
    assert most == [1] * 160
    assert not list(tmp_path.iterdir())


def test_a_folder_is_its_own_lock_and_nothing_is_left_in_it(tmp_path: Path) -> None:
    notices: list[Notice] = []
    with (
        folder_locked(tmp_path, notices.append),
        pytest.raises(DataError, match=r"another report has held this lock for more than 0.1 seconds"),
        folder_locked(tmp_path, notices.append, wait_seconds=0.1),
    ):
        pass
    assert [notice.slug for notice in notices] == ["waiting-for-lock"]
    assert list(tmp_path.iterdir()) == []
    with folder_locked(tmp_path, notices.append, wait_seconds=0):
        pass


def test_a_folder_that_is_not_there_cannot_be_locked(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), folder_locked(tmp_path / "missing", print):
        pass
