from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
import zstandard
from loading import HEADER, load

from wieder.errors import DataError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

ROWS = f"{HEADER}\n1,A,2024-01-01,10.00\n".encode()
MORE = b"2,B,2024-01-02,20.00\n"


def packed(content: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(content)


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "orders.csv.zst"
    path.write_bytes(content)
    return path


def test_zstd_is_read_in_one_frame_or_in_several(tmp_path: Path) -> None:
    assert load(written(tmp_path, packed(ROWS + MORE))).orders() == ["1", "2"]
    assert load(written(tmp_path, packed(ROWS) + packed(MORE))).orders() == ["1", "2"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (packed(ROWS)[:-3], "is truncated"),
        (packed(ROWS)[:-4] + b"\0\0\0\0", "damaged"),
        (packed(ROWS) + b"garbage", "damaged"),
        (packed(packed(ROWS)), "packed twice"),
        (packed(b"1,A,2024-01-01,10.00\n" * 6_000_000), "packed bytes expand to more than"),
    ],
)
def test_damaged_zstd_and_bombs_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        load(written(tmp_path, content))


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(UsageError, match="is not installed") as caught:
        load(written(tmp_path, packed(ROWS)))
    assert "pip install 'wieder[zstd]'" in caught.value.remedy
