from __future__ import annotations

import errno
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from wieder.delivery.output import STDOUT, append, make_folder_of, write
from wieder.errors import OutputError


def mode(path: Path) -> str:
    return oct(path.stat().st_mode & 0o777)


def test_a_file_is_replaced_by_the_bytes_as_they_are(tmp_path: Path) -> None:
    target = tmp_path / "result.csv"
    target.write_text("old")
    write("a,ü\r\n\0".encode(), str(target))
    assert target.read_bytes() == "a,ü\r\n\0".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["result.csv"]


def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    target = tmp_path / "result.csv"
    target.write_text("old")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(
        OutputError, match=r"result\.csv: could not be written \(No space left on device\)"
    ) as failure:
        write(b"new", str(target))
    assert failure.value.remedy == "free some disk space; an existing file is unchanged"
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["result.csv"]


def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    target = tmp_path / "result.csv"
    target.write_text("old")
    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(b"new", str(target))
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["result.csv"]


def test_a_missing_folder_is_named_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="No such file or directory") as failure:
        write(b"", str(tmp_path / "missing" / "result.csv"))
    assert failure.value.remedy == "create the folder first, or choose another file with -o"


def test_a_folder_cannot_be_written_as_a_file(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="it is a folder"):
        write(b"", str(tmp_path))


def test_a_symlink_is_replaced_and_its_target_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious")
    link = tmp_path / "result.csv"
    link.symlink_to(precious)
    write(b"new", str(link))
    assert precious.read_text() == "precious"
    assert not link.is_symlink()
    assert link.read_bytes() == b"new"


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(b"through", str(pipe))
        assert os.read(reader, 100) == b"through"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_private_files_are_for_their_owner_and_others_follow_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write(b"", str(tmp_path / "private"), private=True)
        write(b"", str(tmp_path / "public"))
    finally:
        os.umask(before)
    assert mode(tmp_path / "private") == "0o600"
    assert mode(tmp_path / "public") == "0o644"


def test_stdout_gets_the_bytes_as_they_are(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write("ü\r\n".encode(), STDOUT)
    assert capfdbinary.readouterr().out == "ü\r\n".encode()


PROGRAM = "from wieder.delivery.output import write; write(b'x' * 1_000_000, '-')"
FULL = Path("/dev/full")


def test_a_closed_stdout_is_reported() -> None:
    closed = ["sh", "-c", '"$0" -c "$1" >&-', sys.executable, PROGRAM]
    done = subprocess.run(closed, stderr=subprocess.PIPE, check=False)
    assert b"OutputError: standard output: could not be written (it is closed)" in done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="the system has no /dev/full")
def test_a_full_device_behind_stdout_is_reported() -> None:
    with FULL.open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert b"OutputError: standard output: could not be written (No space left on device)" in done.stderr


def test_lines_are_added_whole_by_many_writers(tmp_path: Path) -> None:
    log = tmp_path / "runs.jsonl"
    lines = [f"{number:06}{'x' * 5000}\n".encode() for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda line: append(line, str(log)), lines))
    assert sorted(log.read_bytes().splitlines(keepends=True)) == lines
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_line_that_cannot_be_added_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="could not be written") as refusal:
        append(b"x\n", str(tmp_path / "missing" / "runs.jsonl"))
    assert "create the folder first" in refusal.value.remedy
    if Path("/dev/full").exists():
        with pytest.raises(OutputError, match="No space left on device"):
            append(b"x\n", "/dev/full")


def test_folders_are_made_for_a_name_that_is_filled_in(tmp_path: Path) -> None:
    make_folder_of(str(tmp_path / "a" / "b" / "c.html"))
    assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="could not be written"):
        make_folder_of(str(tmp_path / "file" / "c.html"))
