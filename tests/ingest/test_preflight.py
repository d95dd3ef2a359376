from __future__ import annotations

import gzip
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from loading import HEADER, export, load

from wieder.errors import DataError
from wieder.ingest.packed import CHUNK
from wieder.ingest.preflight import LONGEST_LINE, inspect
from wieder.ingest.sources import Source
from wieder.notices import discard

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.ingest.preflight import OpenedFile

GOOD = f"{HEADER}\n1,A,2024-01-01,10.00\n2,Bü,2024-01-02,20.00\n".encode()


def look(tmp_path: Path, content: bytes, name: str = "orders.csv") -> OpenedFile:
    path = tmp_path / name
    path.write_bytes(content)
    return inspect(Source(name=name, path=path), tmp_path, "utf-8", discard)


@pytest.mark.parametrize(
    ("content", "lines", "ended"),
    [
        (b"a\nb\n", 2, True),
        (b"a\nb", 2, False),
        (b"a\r\nb\r\n", 2, True),
        (b"a\rb\r", 2, True),
        (b"a\r\nb\nc", 3, False),
        (b"a\n\n\nb\n", 4, True),
    ],
)
def test_lines_are_counted_with_any_line_end(
    tmp_path: Path, content: bytes, lines: int, *, ended: bool
) -> None:
    found = look(tmp_path, content)
    assert (found.n_lines, found.ends_with_newline) == (lines, ended)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
@pytest.mark.parametrize("before", range(3))
def test_line_ends_on_the_border_of_two_chunks_are_one(tmp_path: Path, end: str, before: int) -> None:
    content = ("x" * (CHUNK - 1 - before) + end + "y" + end).encode()
    assert look(tmp_path, content).n_lines == 2


def test_letters_on_the_border_of_two_chunks_are_decoded(tmp_path: Path) -> None:
    assert look(tmp_path, b"\n" + b"x" * (CHUNK - 2) + "ü\n".encode()).n_lines == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b" \r\n\n", "empty"),
        (b"PK\x03\x04rest", "the archive cannot be unpacked"),
        (b'{"orders": []}', "JSON"),
        (b"\n<!doctype html>", "HTML"),
        (b"\xff\xfea\x00", "UTF-16"),
        (gzip.compress(gzip.compress(GOOD)), "packed twice"),
        (b"a,b\n1,\x00\n", "line 2: the text contains NUL bytes"),
        (b"a,b\n1,M\xfcller\n", "line 2: byte FC is not valid UTF-8"),
        (b"a,b\n1,\xc0\xaf\n", "line 2: byte C0"),
        (b"a,b\n1,\xed\xa0\x80\n", "line 2: byte ED"),
        (b"a,b\n1,\xc3", "line 2: byte C3"),
        (b"a\n" + b"x" * (LONGEST_LINE + 2) + b"\n", "line 2: the line is longer"),
    ],
)
def test_bytes_that_are_not_utf8_text_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        look(tmp_path, content)


def test_gzip_is_recognised_by_its_bytes(tmp_path: Path) -> None:
    packed = look(tmp_path, gzip.compress(GOOD), "orders.csv")
    assert packed.n_lines == 3
    assert packed.path.read_bytes() == GOOD
    assert packed.size == len(gzip.compress(GOOD))


def test_several_gzip_members_are_one_file(tmp_path: Path) -> None:
    assert look(tmp_path, gzip.compress(GOOD) + gzip.compress(b"3,C,2024-01-03,1\n")).n_lines == 4


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda packed: packed[:-8] + b"\0\0\0\0" + packed[-4:], "damaged"),
        (lambda packed: packed[:-3], "is truncated"),
        (lambda packed: packed + b"garbage", "damaged"),
    ],
)
def test_damaged_gzip_is_refused(tmp_path: Path, damage: object, message: str) -> None:
    assert callable(damage)
    with pytest.raises(DataError, match=message):
        look(tmp_path, damage(gzip.compress(GOOD)))


def test_a_gzip_bomb_is_refused_before_it_has_unpacked(tmp_path: Path) -> None:
    bomb = gzip.compress(b"1,A,2024-01-01,10.00\n" * 6_000_000, 1)
    with pytest.raises(DataError, match="packed bytes expand to more than"):
        look(tmp_path, bomb)
    assert max(path.stat().st_size for path in tmp_path.iterdir()) < 130 << 20


def test_a_file_that_grows_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = export(tmp_path / "orders.csv", "1,A,2024-01-01,10.00")

    def growing(source: Source) -> datetime:
        with source.path.open("a") as file:
            file.write("2,B,2024-01-02,20.00\n")
        return datetime.now(UTC)

    monkeypatch.setattr("wieder.ingest.preflight._modified", growing)
    with pytest.raises(DataError, match="changed while it was read"):
        inspect(Source(name="orders.csv", path=path), tmp_path, "", discard)


def test_no_copy_outlives_the_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    path = tmp_path / "orders.csv.gz"
    path.write_bytes(gzip.compress(GOOD))
    assert load(path).orders() == ["1", "2"]
    assert list((tmp_path / "temporary").iterdir()) == []


def test_peculiarities_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(f"{HEADER}\n1,MÃ¼ller,2024-01-01,10.00", "utf-8")
    assert load(path).slugs == ["no-final-newline", "encoded-twice"]


def test_an_order_newer_than_its_file_is_reported(tmp_path: Path) -> None:
    path = export(tmp_path / "orders.csv", "1,A,2024-01-01,10.00", "2,A,2062-01-01,10.00")
    os.utime(path, (1.7e9, 1.7e9))
    assert load(path).message("orders-after-export").endswith("dated 2062-01-01, is newer than the file")
