"""Texts that are not UTF-8: what their encoding is, found by rule, and a copy of them that is UTF-8."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from wieder.errors import DataError
from wieder.ingest.unpack import CHUNK
from wieder.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wieder.notices import Notify

BYTE_ORDER_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
"""First bytes of a text -> its encoding, without a doubt."""

C1_CONTROLS = re.compile(rb"[\x80-\x9f]")
"""Letters and signs in cp1252, control characters in Latin-1, which no text holds."""

BROKEN_UTF8 = re.compile(rb"[\xc0\xc1][\x80-\xbf]|\xed[\xa0-\xbf][\x80-\xbf]|[\xc2-\xf4]\Z")
"""What no program writes as cp1252 or Latin-1: overlong and surrogate UTF-8, or UTF-8 that was cut off."""

TELL = "save it again as UTF-8, or say --encoding cp1252 (or latin-1) if all of it is"


def utf8_copy(name: str, path: Path, target: Path, told: str, notify: Notify) -> Path:
    """A copy of the text at `path` in UTF-8, at `target`; every byte is decoded, none is replaced.

    `told` is its encoding if it is known; else a byte order mark tells it, or the
    bytes do, with a notice `encoding`. Raises DataError naming line and byte for
    a text in no encoding or in more than one.
    """
    with path.open("rb") as file:
        start = file.read(2)
    mark = BYTE_ORDER_MARKS.get(start)
    encoding = mark or told or _eight_bits(name, path)
    if not mark and not told:
        message = f"{name}: the text is not UTF-8, and its bytes fit {encoding}, which is assumed"
        values = {"file": name, "encoding": encoding}
        notify(Notice("encoding", message, "say --encoding if letters look wrong", values))
    with target.open("w", encoding="utf-8", newline="") as copy:
        for text in _decoded(name, path, encoding):
            copy.write(text)
    return target


def _eight_bits(name: str, path: Path) -> str:
    """cp1252 or latin-1. Raises DataError if a part of the text is UTF-8, or was meant to be."""
    encoding, utf8_line, other_line = "latin-1", 0, 0
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(CHUNK), b""), 1):
            if line.isascii():
                continue
            if _is_utf8(line):
                utf8_line = utf8_line or number
                continue
            other_line = other_line or number
            _refuse_broken_utf8(name, number, line)
            if C1_CONTROLS.search(line):
                encoding = "cp1252"
    if utf8_line:
        raise DataError(
            f"{name}, line {other_line}: this line is no UTF-8, but line {utf8_line} is: encodings are mixed",
            TELL,
        )
    return encoding


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _refuse_broken_utf8(name: str, number: int, line: bytes) -> None:
    if broken := BROKEN_UTF8.search(line):
        wrong = broken.group()[:1].hex().upper()
        raise DataError(f"{name}, line {number}: byte {wrong} is no UTF-8, and was meant to be", TELL)


def _decoded(name: str, path: Path, encoding: str) -> Iterator[str]:
    """The text at `path` in parts. Raises DataError for bytes that the encoding does not know."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].decode(encoding).count("\n")
                wrong = error.object[error.start : error.start + 1].hex().upper()
                raise DataError(f"{name}, line {line}: byte {wrong} is no {encoding}", TELL) from error
            line += text.count("\n")
            yield text
            if not chunk:
                return
