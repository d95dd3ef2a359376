"""Loads that are killed, run out of disk space or compete leave the old store or the new one, never half."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from stores import HEADER, JANUARY, contents, export, orders, run
from wieder.store.lock import locked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wieder.notices import Notice

LOAD = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from wieder.config import Settings
from wieder.database import connect
from wieder.store.file import load
print("ready", flush=True)
load(Path(sys.argv[1]), sys.argv[2:], Settings(), None, datetime.now(UTC), lambda notice: None)
"""

READ = """
import sys
import time
from contextlib import closing
from pathlib import Path
from wieder.store.file import open_store
seen = []
print("ready", flush=True)
while not seen or seen[-1] != sys.argv[2]:
    with closing(open_store(Path(sys.argv[1]))) as con:
        [(state,)] = con.execute(
            "select concat_ws(' ', (select count(*) from orders), (select count(distinct load) from orders),"
            " (select count(*) from loads), (select sum(rows_kept) from loads),"
            " (select count(*) from customer_keys))"
        ).fetchall()
    if state not in seen:
        seen.append(state)
    time.sleep(0.5)
print(seen)
"""
"""Opens the store repeatedly until it has the wanted state; prints all states that it had."""


@pytest.fixture
def db(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder / "wieder.duckdb"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 megabytes. Skips the test if the user is not allowed to mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "wieder", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk is not permitted")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_on_a_full_disk_a_load_is_whole_or_an_output_error(small_disk: Path, tmp_path: Path) -> None:
    db, ballast = small_disk / "wieder.duckdb", small_disk / "ballast"
    run(db, export(tmp_path / "a.csv", JANUARY))
    export(tmp_path / "b.csv", many_orders(1))
    before, endings = db.read_bytes(), []
    for room in (0, 200_000, 500_000, 1_000_000, 2_000_000, 10_000_000):
        ballast.write_bytes(bytes(shutil.disk_usage(small_disk).free - room))
        done = subprocess.run(
            [sys.executable, "-c", LOAD, db, tmp_path / "b.csv"], capture_output=True, text=True, check=False
        )
        ballast.unlink()
        endings.append(done.stderr.splitlines()[-1].partition(":")[0] if done.stderr else "")
        assert contents(db) == ["wieder.duckdb", "wieder.duckdb.lock"]
        assert (db.read_bytes() == before) == bool(done.returncode)
    assert set(endings[:-1]) == {"wieder.errors.OutputError"}
    assert not endings[-1]
    assert len(orders(db)) == 20_002


def test_a_file_that_may_not_grow_is_an_output_error_too(db: Path, tmp_path: Path) -> None:
    run(db, export(tmp_path / "a.csv", JANUARY))
    before = db.read_bytes()
    export(tmp_path / "b.csv", many_orders(1))
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n{LOAD}"
    done = subprocess.run(
        [sys.executable, "-c", limited, db, tmp_path / "b.csv"], capture_output=True, text=True, check=False
    )
    assert "wieder.errors.OutputError" in done.stderr.splitlines()[-1]
    assert db.read_bytes() == before
    assert contents(db) == ["wieder.duckdb", "wieder.duckdb.lock"]


def test_a_load_waits_for_another_one_and_says_so(db: Path, tmp_path: Path) -> None:
    january = export(tmp_path / "a.csv", JANUARY)
    notices: list[Notice] = []
    with locked(db, notices.append):
        waiting = start(db, january)
        time.sleep(0.5)
        assert waiting.poll() is None
        assert not db.exists()
    assert waiting.wait(timeout=30) == 0
    assert len(orders(db)) == 2


def test_loads_at_the_same_time_all_arrive(db: Path, tmp_path: Path) -> None:
    sources = [export(tmp_path / f"{n}.csv", f"{HEADER}{n},A,2024-01-01,{n},paid,web\n") for n in range(3)]
    started = [start(db, source) for source in sources]
    assert [process.wait(timeout=60) for process in started] == [0, 0, 0]
    assert orders(db) == [("0", 0), ("1", 1), ("2", 2)]


@pytest.mark.parametrize("readers", [3, pytest.param(20, marks=pytest.mark.slow)])
def test_a_reader_during_a_load_sees_the_old_or_the_new_state(readers: int, db: Path, tmp_path: Path) -> None:
    run(db, export(tmp_path / "1.csv", many_orders(1)))
    old, new = "20000 1 1 20000 997", "40000 2 2 40000 997"
    started = [run_script(READ, db, new) for _ in range(readers)]
    assert start(db, export(tmp_path / "2.csv", many_orders(2))).wait(timeout=60) == 0
    seen = [reader.communicate(timeout=60)[0].decode().strip() for reader in started]
    assert set(seen) <= {f"['{old}', '{new}']", f"['{new}']"}
    assert f"['{old}', '{new}']" in seen


@pytest.mark.parametrize("kills", [8, pytest.param(100, marks=pytest.mark.slow)])
def test_a_killed_load_leaves_the_old_or_the_new_state(kills: int, db: Path, tmp_path: Path) -> None:
    moments = random.Random(20240601)  # noqa: S311  (no secret)
    state, seconds = 20_000, whole_load(db, export(tmp_path / "0.csv", many_orders(1)))
    for number in range(2, kills + 2):
        process = start(db, export(tmp_path / f"{number}.csv", many_orders(number)))
        time.sleep(moments.uniform(0, seconds))
        process.kill()
        process.wait()
        seen = len(orders(db))
        assert seen in {state, state + 20_000}
        state = seen
    run(db, export(tmp_path / "a.csv", JANUARY))
    assert len(orders(db)) == state + 2
    assert contents(db) == ["wieder.duckdb", "wieder.duckdb.lock"]


def start(db: Path, source: str) -> subprocess.Popen[bytes]:
    """A process that has just started to load `source`."""
    process = run_script(LOAD, db, source)
    assert process.stdout
    process.stdout.close()
    return process


def run_script(script: str, db: Path, argument: str) -> subprocess.Popen[bytes]:
    """A process that has just printed that it is ready."""
    process = subprocess.Popen([sys.executable, "-c", script, db, argument], stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    return process


def whole_load(db: Path, source: str) -> float:
    """Duration of a load of `source`, in seconds."""
    process = start(db, source)
    begin = time.monotonic()
    assert process.wait() == 0
    return time.monotonic() - begin


def many_orders(block: int) -> str:
    """20,000 orders; different blocks have different orders."""
    lines = (f"{block}-{n},K{n % 997},2024-01-{n % 31 + 1:02},{n % 90}.50,paid,web\n" for n in range(20_000))
    return HEADER + "".join(lines)
