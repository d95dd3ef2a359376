from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from loading import HEADER, load

from wieder.errors import DataError
from wieder.ingest.packed import CHUNK

if TYPE_CHECKING:
    from pathlib import Path

TEXT = f"{HEADER},name\n1,A,2024-01-01,10.00,Jörg Müller\n2,B,2024-01-02,20.00,Zoë\n"


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_certain_encoding_is_read_without_a_notice(tmp_path: Path, encoding: str) -> None:
    loaded = load(written(tmp_path, TEXT.encode(encoding)))
    assert (loaded.orders("name"), loaded.slugs) == (["Jörg Müller", "Zoë"], [])


def test_utf_16_is_read_in_both_byte_orders(tmp_path: Path) -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        loaded = load(written(tmp_path, f"\ufeff{TEXT}".encode(encoding)))
        assert loaded.orders("order_id, name") == [("1", "Jörg Müller"), ("2", "Zoë")]


@pytest.mark.parametrize(
    ("encoding", "name"), [("latin-1", "Jörg Müller"), ("cp1252", "Jörg “Müller” – 5 €")]
)
def test_an_encoding_of_eight_bits_is_detected_with_a_notice(
    tmp_path: Path, encoding: str, name: str
) -> None:
    path = written(tmp_path, TEXT.replace("Jörg Müller", name).encode(encoding))
    loaded = load(path)
    assert loaded.orders("name") == [name, "Zoë"]
    assert f"is read as {encoding}, which fits its bytes" in loaded.message("encoding")


@pytest.mark.parametrize(("given", "name"), [("cp850", "Ü"), ("mac-roman", "€"), ("iso-8859-15", "€")])
def test_an_encoding_in_the_settings_is_not_guessed(tmp_path: Path, given: str, name: str) -> None:
    loaded = load(written(tmp_path, TEXT.replace("Zoë", name).encode(given, "ignore")), encoding=given)
    assert loaded.orders("name")[0] == "Jörg Müller"
    assert loaded.slugs == []


def test_an_encoding_in_the_settings_applies_only_to_files_other_than_utf8(tmp_path: Path) -> None:
    loaded = load(written(tmp_path, TEXT.encode()), encoding="cp1252")
    assert loaded.orders("name") == ["Jörg Müller", "Zoë"]


@pytest.mark.parametrize(
    ("content", "given", "message"),
    [
        (
            TEXT.encode("latin-1") + "3,C,2024-01-03,1,Jürgen\n".encode(),
            "",
            "line 4 is UTF-8, and line 2 is not",
        ),
        (TEXT.encode() + b"3,C,2024-01-03,1,J\xfcrgen\n", "", "line 2 is UTF-8, and line 4 is not"),
        (TEXT.encode("latin-1"), "utf-8", "line 2: byte F6 is not valid UTF-8"),
        (
            f"{HEADER},name\n1,A,2024-01-01,1,".encode() + b"\xc0\xaf\n",
            "",
            "line 2: byte C0 begins broken UTF-8",
        ),
        (f"{HEADER},name\n1,A,2024-01-01,1,".encode() + b"\xed\xa0\x80\n", "", "line 2: byte ED"),
        (f"{HEADER},name\n1,A,2024-01-01,1,".encode() + b"M\xc3", "", "line 2: byte C3"),
        (
            f"{HEADER},name\n1,A,2024-01-01,1,".encode() + b"M\x81\n",
            "",
            "line 2: byte 81 is not valid cp1252",
        ),
        (f"{HEADER}\n1,A,2024-01-01,1,".encode() + b"M\xfc\0\n", "", "line 2: the text contains NUL bytes"),
        (
            f"\ufeff{TEXT}".encode("utf-16-le") + b"\x00\xd8\x0a\x00",
            "",
            "line 4: byte 00 is not valid utf-16-le",
        ),
        (f"\ufeff{TEXT}".encode("utf-16-le")[:-1], "", "line 3: byte 0A is not valid utf-16-le"),
    ],
)
def test_a_text_in_no_encoding_or_in_two_is_refused(
    tmp_path: Path, content: bytes, given: str, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        load(written(tmp_path, content), encoding=given)


def test_the_line_of_a_wrong_byte_is_counted_over_chunks(tmp_path: Path) -> None:
    rows = "3,C,2024-01-03,1,Jürgen\n" * (2 * CHUNK // 24)
    content = (TEXT + rows).encode("cp1252")
    last = content.count(b"\n") + 1
    with pytest.raises(DataError, match=f"line {last}: byte 81"):
        load(written(tmp_path, content + b"\x81\n"), encoding="cp1252")


def test_the_copy_is_readable_by_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modes = []

    def spy(_name: str, _path: Path, target: Path, *_: object) -> Path:
        modes.append(target.stat().st_mode & 0o777)
        raise DataError("seen", "nothing")

    monkeypatch.setattr("wieder.ingest.preflight.utf8_copy", spy)
    with pytest.raises(DataError):
        load(written(tmp_path, TEXT.encode("latin-1")))
    assert modes == [0o600]
