from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from loading import HEADER, load

from wieder.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

ROWS = f"{HEADER}\n1,A,2024-01-01,10.00\n2,B,2024-01-02,20.00\n".encode()


def packed(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "orders.zip"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "members",
    [
        {"orders.csv": ROWS},
        {
            "exports/": b"",
            "exports/orders.csv": ROWS,
            "__MACOSX/exports/._orders.csv": b"x",
            ".DS_Store": b"x",
        },
        {"../../../etc/passwd": ROWS},
        {"orders.csv": ROWS.decode().encode("utf-16")},
    ],
)
def test_the_one_export_in_an_archive_is_read(tmp_path: Path, members: dict[str, bytes]) -> None:
    path = written(tmp_path, packed(members))
    assert load(path).orders() == ["1", "2"]
    assert list(tmp_path.iterdir()) == [path]


def test_the_checksum_is_that_of_the_archive(tmp_path: Path) -> None:
    path = written(tmp_path, packed({"a.csv": ROWS}))
    [(size,)] = load(path).rows("select bytes from staged_files")
    assert size == path.stat().st_size


def _encrypted(content: bytes) -> bytes:
    """The bit is set in the header of the member and in the directory."""
    marks = (b"PK\x03\x04\x14\x00", b"PK\x01\x02\x14\x03\x14\x00")
    for mark in marks:
        content = content.replace(mark + b"\x00", mark + b"\x01")
    return content


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            packed({"a.csv": ROWS, "b.csv": ROWS}),
            r"must contain exactly one export, this one contains a.csv, b.csv",
        ),
        (packed({"empty/": b""}), "contains no files"),
        (packed({"a.csv": ROWS})[:-30], "cannot be unpacked"),
        (packed({"a.csv": ROWS}, zipfile.ZIP_STORED).replace(b"20.00", b"90.00"), "cannot be unpacked"),
        (packed({"a.csv": ROWS}, zipfile.ZIP_LZMA), "unusual way"),
        (_encrypted(packed({"a.csv": ROWS})), "encrypted"),
        (packed({"a.zip": packed({"a.csv": ROWS})}), "ZIP archive"),
        (packed({"a.csv": b"1,A,2024-01-01,10.00\n" * 6_000_000}), "packed bytes expand to more than"),
    ],
)
def test_an_ambiguous_archive_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        load(written(tmp_path, content))


def test_an_archive_of_an_unknown_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "order_id,customer_id,ordered_at,amount\n1,A,2024-01-01,5\n")
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 6] = 84  # version 8.4 is needed to unpack it
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"the archive cannot be unpacked \(zip file version 8\.4\)"):
        load(path)
